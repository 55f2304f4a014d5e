//! A source file as the rules of `tidy` see it: code without comments and literals, the text of its
//! literals, the paths it mentions, the lines that are tests, and how long its functions are.
//! No parser: Rust that rustfmt accepts has a simple enough shape.

use std::path::Path;

/// One file. `code` and `literals` have the same length and lines as the file; what is not theirs is blank.
pub struct Source {
    /// From the root of the repository, with `/`.
    pub path: String,
    pub text: String,
    pub code: Vec<char>,
    pub literals: Vec<char>,
    line_starts: Vec<usize>,
    tests: Vec<std::ops::Range<usize>>,
}

/// A path that the code mentions, such as `std::fs::read`; the groups of a `use` are taken apart.
#[derive(Debug)]
pub struct Mention {
    pub path: Vec<String>,
    pub at: usize,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        let text = text.replace('\r', "");
        let (code, literals) = split(&text.chars().collect::<Vec<_>>());
        let newlines = code.iter().enumerate().filter(|(_, c)| **c == '\n');
        let line_starts = std::iter::once(0)
            .chain(newlines.map(|(at, _)| at + 1))
            .collect();
        let tests = tests_in(path, &code);
        let path = path.to_owned();
        Self {
            path,
            text,
            code,
            literals,
            line_starts,
            tests,
        }
    }

    pub fn read(root: &Path, path: &str) -> Self {
        let text = std::fs::read_to_string(root.join(path)).expect(path);
        Self::new(path, &text)
    }

    /// The line, from 1, of a place in the code.
    pub fn line(&self, at: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= at)
    }

    pub fn is_test(&self, at: usize) -> bool {
        self.tests.iter().any(|range| range.contains(&at))
    }

    pub fn mentions(&self) -> Vec<Mention> {
        let (mut found, mut at) = (Vec::new(), 0);
        while at < self.code.len() {
            at = match starts_word(&self.code, at) {
                true => path_at(&self.code, at, &[], &mut found),
                false => at + 1,
            };
        }
        found
    }

    /// Where the functions begin, and how many lines they have.
    pub fn functions(&self) -> Vec<(usize, usize)> {
        let is_fn = |m: &Mention| m.path == ["fn"] && starts_word(&self.code, m.at + 3);
        let mentions = self.mentions().into_iter().filter(is_fn);
        mentions
            .map(|m| {
                let end = end_of_item(&self.code, m.at);
                (m.at, self.line(end) - self.line(m.at) + 1)
            })
            .collect()
    }
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn starts_word(code: &[char], at: usize) -> bool {
    code.get(at).is_some_and(|c| in_word(*c) && !c.is_numeric())
        && (at == 0 || !in_word(code[at - 1]))
}

fn skip_blanks(code: &[char], mut at: usize) -> usize {
    while code.get(at).is_some_and(|c| c.is_whitespace()) {
        at += 1;
    }
    at
}

/// Reads the path that begins at `at`, after `prefix`; answers where it ends.
fn path_at(code: &[char], mut at: usize, prefix: &[String], found: &mut Vec<Mention>) -> usize {
    let mut path = prefix.to_vec();
    loop {
        let start = at;
        while code.get(at).is_some_and(|c| in_word(*c)) {
            at += 1;
        }
        path.push(code[start..at].iter().collect());
        let next = skip_blanks(code, at + 2);
        if code.get(at..at + 2) == Some(&[':', ':']) && starts_word(code, next) {
            at = next;
        } else if code.get(at..at + 2) == Some(&[':', ':']) && code.get(next) == Some(&'{') {
            return group_at(code, next + 1, &path, found);
        } else {
            found.push(Mention { path, at: start });
            return at;
        }
    }
}

/// Reads `a, b::c, d::{e}}`, what follows the opening brace of a `use` group.
fn group_at(code: &[char], mut at: usize, prefix: &[String], found: &mut Vec<Mention>) -> usize {
    while at < code.len() && code[at] != '}' {
        at = match starts_word(code, at) {
            true => path_at(code, at, prefix, found),
            false => at + 1,
        };
    }
    at + 1
}

/// The last character of the item that goes on at `at`: its `;`, or the brace that closes its body.
fn end_of_item(code: &[char], at: usize) -> usize {
    let (mut round, mut curly) = (0_usize, 0_usize);
    for (at, c) in code.iter().enumerate().skip(at) {
        match c {
            '(' | '[' => round += 1,
            ')' | ']' => round = round.saturating_sub(1),
            '{' => curly += 1,
            '}' if curly <= 1 => return at,
            '}' => curly -= 1,
            ';' if round == 0 && curly == 0 => return at,
            _ => {}
        }
    }
    code.len().saturating_sub(1)
}

/// Test files as a whole, and in other files what stands under `#[cfg(test)]`.
fn tests_in(path: &str, code: &[char]) -> Vec<std::ops::Range<usize>> {
    let folders = ["tests/", "benches/"];
    let in_folder = folders.iter().any(|folder| path.starts_with(folder));
    if in_folder || path.contains("/tests/") || path.ends_with("/tests.rs") {
        return std::iter::once(0..usize::MAX).collect();
    }
    let marks = ["#[cfg(test)]", "#[cfg(all(test,"].map(|mark| mark.chars().collect::<Vec<_>>());
    let starts = (0..code.len()).filter(|at| marks.iter().any(|m| code[*at..].starts_with(m)));
    starts
        .map(|at| {
            let after = code[at..].iter().position(|c| *c == ']').unwrap_or(0);
            at..end_of_item(code, at + after + 1) + 1
        })
        .collect()
}

/// The code and the literals of a text, each with blanks in place of the other and of comments.
fn split(text: &[char]) -> (Vec<char>, Vec<char>) {
    let blank = |c: &char| if *c == '\n' { '\n' } else { ' ' };
    let mut code: Vec<char> = text.iter().map(blank).collect();
    let mut literals = code.clone();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let (is_literal, length) = if rest.starts_with(&['/', '/']) {
            (false, rest.iter().take_while(|c| **c != '\n').count())
        } else if rest.starts_with(&['/', '*']) {
            (false, comment(rest))
        } else if let Some(length) = raw_string(text, at) {
            (true, length)
        } else if rest[0] == '"' {
            (true, quoted(rest, '"'))
        } else if rest[0] == '\'' && (rest.get(1) == Some(&'\\') || rest.get(2) == Some(&'\'')) {
            (true, quoted(rest, '\'')) // otherwise it is a lifetime
        } else {
            code[at] = rest[0];
            at += 1;
            continue;
        };
        let end = (at + length).min(text.len());
        if is_literal {
            literals[at..end].copy_from_slice(&text[at..end]);
        }
        at = end;
    }
    (code, literals)
}

/// The length of a block comment; they nest.
fn comment(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        match rest.get(at..at + 2) {
            Some(['/', '*']) => (depth, at) = (depth + 1, at + 2),
            Some(['*', '/']) if depth == 1 => return at + 2,
            Some(['*', '/']) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    at
}

/// The length of a literal up to its closing mark.
fn quoted(rest: &[char], mark: char) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != mark {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// The length of `r"..."` or `r#"..."#`, when one begins here.
fn raw_string(text: &[char], at: usize) -> Option<usize> {
    let before = |back: usize| at.checked_sub(back).map(|at| text[at]);
    let prefixed = matches!(before(1), Some('b' | 'c')) && !before(2).is_some_and(in_word);
    if text[at] != 'r' || (before(1).is_some_and(in_word) && !prefixed) {
        return None;
    }
    let hashes = text[at + 1..].iter().take_while(|c| **c == '#').count();
    let start = at + 1 + hashes;
    if text.get(start) != Some(&'"') {
        return None;
    }
    let mut close = vec!['#'; hashes + 1];
    close[0] = '"';
    let inside = &text[start + 1..];
    let end = (0..inside.len()).find(|at| inside[*at..].starts_with(&close))?;
    Some(1 + hashes + 1 + end + close.len())
}

#[test]
fn comments_and_literals_are_not_code() {
    let text = r##"a /* b /* c */ d */ e // f
"g \" h" r#"i " j"# b"k" 'l' '\'' 'm: loop r#type br"n""##;
    let source = Source::new("src/x.rs", text);
    let code: String = source.code.iter().collect();
    let words: Vec<_> = code.split_whitespace().collect();
    assert_eq!(words, ["a", "e", "b", "'m:", "loop", "r#type", "b"]);
    let literals: String = source.literals.iter().collect();
    let words: Vec<_> = literals.split_whitespace().collect();
    let expected = r##""g \" h" r#"i " j"# "k" 'l' '\'' r"n""##;
    assert_eq!(words.join(" "), expected.replace(" b\"", " \""));
}

#[test]
fn groups_are_taken_apart() {
    let source = Source::new("src/x.rs", "use std::{fs, io::{self, Read}};\nx::y::<z>(w)");
    let found = source.mentions();
    let paths: Vec<_> = found.iter().map(|m| m.path.join("::")).collect();
    let expected = "use std::fs std::io::self std::io::Read x::y z w";
    assert_eq!(paths.join(" "), expected);
    assert_eq!(source.line(found[4].at), 2);
}

#[test]
fn functions_and_tests_have_an_end() {
    let text =
        "fn a(x: [u8; 2]) {\n  {}\n}\n\n#[cfg(test)]\nmod tests {\n  fn b();\n}\nfn c() {}\n";
    let source = Source::new("src/x.rs", text);
    let lengths: Vec<_> = source.functions().iter().map(|f| f.1).collect();
    assert_eq!(lengths, [3, 1, 1]);
    let tests: Vec<_> = source
        .functions()
        .iter()
        .map(|f| source.is_test(f.0))
        .collect();
    assert_eq!(tests, [false, true, false]);
}
