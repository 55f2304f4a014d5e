//! Words that are never written here, and how long a text may be.

use std::io::Write;

use super::{Fault, fault, is_method, says};
use crate::support::source::Source;

/// A file is read in one sitting, a function on one screen.
pub fn lengths(source: &Source) -> Vec<Fault> {
    let mut faults = Vec::new();
    let lines = source.text.lines().count();
    if lines > 500 {
        faults.push(fault(
            source,
            0,
            format!("{lines} lines: more than 500, take it apart"),
        ));
    } else if lines > 300 {
        // Past the test harness, which would hide it.
        let _ = writeln!(
            std::io::stderr(),
            "note: {}: {lines} lines, is it one thing?",
            source.path
        );
    }
    if source.path.starts_with("src/") {
        let long = source
            .functions()
            .into_iter()
            .filter(|(_, lines)| *lines > 70);
        faults.extend(long.map(|(at, lines)| {
            fault(
                source,
                at,
                format!("a function of {lines} lines: more than 70, take it apart"),
            )
        }));
    }
    faults
}

/// Words that are never code here.
pub fn words(source: &Source) -> Vec<Fault> {
    let in_src = source.path.starts_with("src/");
    let mut faults = Vec::new();
    for mention in source.mentions() {
        let path: Vec<&str> = mention.path.iter().map(String::as_str).collect();
        let word = path[path.len() - 1];
        let follows = |text: &str| source.code[mention.at + word.len()..].starts_with(&chars(text));
        let is_macro = follows("!") && !follows("!=");
        let is_test = source.is_test(mention.at);
        let rule = match word {
            // Binary fractions round silently. Clippy sees the types; this sees `to_f64` as well.
            _ if in_src && (word.ends_with("f32") || word.ends_with("f64")) => "no floats",
            // It rounds half to even without saying so.
            "round_dp" if in_src => "name the rounding: round_dp is half-even",
            "todo" | "unimplemented" if is_macro => "unfinished work is not merged",
            "dbg" if is_macro => "dbg! is for the one who is looking",
            // A test that does not run says nothing; one that cannot pass is repaired or removed.
            "ignore" if source.code[..mention.at].ends_with(&['#', '[']) => "no test is ignored",
            // It is too short on a busy machine and too long on every other: wait for the thing itself.
            "sleep" if is_test && (says(&path, "thread::sleep") || says(&path, "time::sleep")) => {
                "a test does not sleep"
            }
            // An error is a value that somebody can read.
            "unwrap" if in_src && !is_test && is_method(source, &mention) && follows("()") => {
                "no unwrap outside tests"
            }
            "expect" if in_src && !is_test && is_method(source, &mention) && follows("(") => {
                "no expect outside tests"
            }
            _ => continue,
        };
        faults.push(fault(source, mention.at, rule));
    }
    if in_src {
        let floats = (0..source.code.len()).filter(|at| is_float(&source.code, *at));
        faults.extend(floats.map(|at| fault(source, at, "no floats")));
    }
    faults
}

fn chars(text: &str) -> Vec<char> {
    text.chars().collect()
}

/// Whether a number with a fraction or an exponent begins here.
fn is_float(code: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).map_or(' ', |at| code[at]);
    if !code[at].is_ascii_digit() || before.is_alphanumeric() || before == '_' || before == '.' {
        return false; // the middle of something, or a field of a tuple
    }
    let digits = code[at..]
        .iter()
        .take_while(|c| c.is_ascii_digit() || **c == '_');
    let rest = &code[at + digits.count()..];
    let next = |at: usize| rest.get(at).copied().unwrap_or(' ');
    match next(0) {
        'e' | 'E' => next(1).is_ascii_digit() || (next(1) == '-' && next(2).is_ascii_digit()),
        '.' => next(1) != '.' && next(1) != '_' && !next(1).is_alphabetic(),
        _ => false,
    }
}

/// SQL is lower case, so that one search finds a table; and nothing rewrites the ledger or the audit: a correction is
/// appended (a test may tamper with it, to see that it is noticed).
pub fn sql(source: &Source) -> Vec<Fault> {
    const UPPER: &[&str] = &[
        "SELECT ",
        "INSERT INTO ",
        "DELETE FROM ",
        "CREATE TABLE ",
        "CREATE INDEX ",
        "ALTER TABLE ",
    ];
    const REWRITES: &[&str] = &[
        "update posting",
        "delete from posting",
        "truncate posting",
        "truncate table posting",
        "drop table posting",
        "update audit",
        "delete from audit",
        "truncate audit",
        "truncate table audit",
        "drop table audit",
    ];
    // Entries from before the audit was chained are given their hashes, once.
    const SEALS: &str = "src/storage/audit/older.rs";
    if !source.path.starts_with("src/") && !source.path.starts_with("migrations/") {
        return Vec::new();
    }
    let is_rust = source.path.ends_with(".rs");
    let all = chars(&source.text);
    let text = if is_rust { &source.literals } else { &all };
    // Where a statement is broken over lines is nobody's business.
    let mut flat: Vec<(usize, char)> = Vec::new();
    for (at, c) in text.iter().enumerate() {
        let c = if c.is_whitespace() || *c == '\\' {
            ' '
        } else {
            *c
        };
        if c != ' ' || flat.last().is_some_and(|last| last.1 != ' ') {
            flat.push((at, c));
        }
    }
    let mut faults = Vec::new();
    for at in 0..flat.len() {
        let rest = || flat[at..].iter().map(|(_, c)| *c);
        let begins = |words: &&&str| words.chars().eq(rest().take(words.len()));
        if UPPER.iter().any(|words| begins(&words)) {
            faults.push(fault(source, flat[at].0, "SQL is lower case"));
        }
        let begins = |words: &&&str| {
            words
                .chars()
                .eq(rest().take(words.len()).map(|c| c.to_ascii_lowercase()))
                && !rest()
                    .nth(words.len())
                    .is_some_and(|c| c.is_alphanumeric() || c == '_')
        };
        if source.path != SEALS && REWRITES.iter().any(|words| begins(&words)) {
            faults.push(fault(
                source,
                flat[at].0,
                "postings and entries of the audit are appended and never changed",
            ));
        }
    }
    faults
}

/// The repository speaks to its readers, who were not there when it was made. (Put together here, so that
/// this file does not trip over itself.)
pub fn workplace(path: &str, text: &str) -> Vec<Fault> {
    const WORDS: &[&str] = &[
        concat!("issue", " #"),
        concat!("helper", " session"),
        concat!("design", ".md"),
        concat!("/", "work/"),
        concat!("/", "root/"),
        concat!("/tmp/", "plan"),
    ];
    let mut faults = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.to_lowercase();
        for word in WORDS {
            // A folder of this machine, but not a part of somebody's URL.
            let before = line
                .find(word)
                .map(|at| line[..at].chars().next_back().unwrap_or(' '));
            if before.is_some_and(|c| !c.is_alphanumeric() && !"-_.~}".contains(c)) {
                let (path, rule) = (
                    path.to_owned(),
                    format!("a word of the workplace: `{word}`"),
                );
                faults.push(Fault {
                    path,
                    line: number + 1,
                    rule,
                });
            }
        }
    }
    faults
}
