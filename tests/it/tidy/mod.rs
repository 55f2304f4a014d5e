//! The walls of the house, and its manners: what no compiler checks and every reader relies on.
//! All faults are told at once, each with file, line and rule. `bites` shows that each rule bites.

mod bites;
mod names;
mod walls;
mod words;

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use crate::support::source::{Mention, Source};
use names::{modules, names, top_level};
use walls::{dependencies, walls};
use words::{lengths, sql, words, workplace};

/// One breach of one rule.
pub struct Fault {
    path: String,
    line: usize,
    rule: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.rule)
    }
}

fn fault(source: &Source, at: usize, rule: impl Into<String>) -> Fault {
    let (path, line, rule) = (source.path.clone(), source.line(at), rule.into());
    Fault { path, line, rule }
}

/// Whether a path holds these words side by side: `a::std::fs::read` says `std::fs`.
fn says(path: &[&str], words: &str) -> bool {
    let words: Vec<&str> = words.split("::").collect();
    path.windows(words.len()).any(|window| window == words)
}

fn is_method(source: &Source, mention: &Mention) -> bool {
    mention.at > 0 && source.code[mention.at - 1] == '.'
}

/// Every file below a folder, from the root of the repository.
fn files(root: &Path, folder: &str, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(root.join(folder)).expect(folder) {
        let entry = entry.unwrap();
        let path = format!(
            "{folder}/{}",
            entry.file_name().to_str().expect("a plain name")
        );
        match entry.file_type().unwrap().is_dir() {
            true => files(root, &path, found),
            false => drop(found.insert(path)),
        }
    }
}

#[test]
fn the_house_is_tidy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap_or_default();
    let entries = std::fs::read_dir(root).unwrap();
    let names_of = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let top: BTreeSet<String> = names_of.collect();
    let ignored = [".git", "target"];
    let mut paths = BTreeSet::new();
    for name in top.iter().filter(|name| !ignored.contains(&name.as_str())) {
        match root.join(name).is_dir() {
            true => files(root, name, &mut paths),
            false => drop(paths.insert(name.clone())),
        }
    }
    for known in [
        "src/lib.rs",
        "src/main.rs",
        "tests/it/tidy/mod.rs",
        "Cargo.toml",
    ] {
        assert!(paths.contains(known), "{known} was not looked at");
    }
    let mut faults = top_level(&top, &read(".gitignore"));
    faults.extend(dependencies(&read("Cargo.toml")));
    faults.extend(names(&paths));
    for path in &paths {
        faults.extend(workplace(path, &read(path)));
        if path.ends_with(".rs") || path.ends_with(".sql") {
            let source = Source::read(root, path);
            faults.extend(sql(&source));
            if path.ends_with(".rs") {
                for rule in [walls, lengths, words, modules] {
                    faults.extend(rule(&source));
                }
            }
        }
    }
    let told: Vec<String> = faults.iter().map(Fault::to_string).collect();
    assert!(
        told.is_empty(),
        "{} faults:\n{}",
        told.len(),
        told.join("\n")
    );
}
