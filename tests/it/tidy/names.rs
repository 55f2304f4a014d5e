//! What files, folders and modules are called, and what stands at the top.

use std::collections::BTreeSet;

use super::{Fault, fault};
use crate::support::source::Source;

/// A name says what a thing is about; these say only that nobody knew.
pub fn names(paths: &BTreeSet<String>) -> Vec<Fault> {
    const EMPTY: &[&str] = &[
        "utils", "util", "helpers", "helper", "manager", "service", "services", "common", "misc",
    ];
    let mut faults = Vec::new();
    let mut refuse = |path: &String, rule: String| {
        let path = path.clone();
        faults.push(Fault {
            path,
            line: 1,
            rule,
        });
    };
    for path in paths.iter().filter(|path| path.ends_with(".rs")) {
        let stem = path.trim_end_matches(".rs");
        if let Some(name) = stem.split('/').find(|name| EMPTY.contains(name)) {
            refuse(
                path,
                format!("`{name}` says nothing: name it after what it holds"),
            );
        }
        // A folder is moved, read and listed as one thing.
        if paths
            .iter()
            .any(|other| other.starts_with(&format!("{stem}/")))
        {
            refuse(path, format!("mod.rs inside its folder: {stem}/mod.rs"));
        }
    }
    faults
}

/// `mod` lines are names too.
pub fn modules(source: &Source) -> Vec<Fault> {
    let mentions = source.mentions();
    let pairs = mentions.windows(2).filter(|pair| pair[0].path == ["mod"]);
    let modules = pairs.map(|pair| (pair[1].at, format!("src/{}.rs", pair[1].path[0])));
    modules
        .filter(|(_, path)| !names(&std::iter::once(path.clone()).collect()).is_empty())
        .map(|(at, _)| fault(source, at, "a module name that says nothing"))
        .collect()
}

/// The top level is the first thing that a reader sees: what the house is, and what tools expect there.
pub fn top_level(names: &BTreeSet<String>, gitignore: &str) -> Vec<Fault> {
    const EXPECTED: &[&str] = &[
        ".cargo",
        ".ci",
        ".git",
        ".gitattributes",
        ".gitignore",
        "CHANGELOG.md",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "benches",
        "clippy.toml",
        "deny.toml",
        "migrations",
        "openapi",
        "proxies",
        "rust-toolchain.toml",
        "src",
        "target",
        "tests",
    ];
    let ignored: Vec<&str> = gitignore
        .lines()
        .map(|line| line.trim_matches('/'))
        .collect();
    let known = |name: &str| EXPECTED.contains(&name) || ignored.contains(&name);
    let strangers = names.iter().filter(|name| !known(name));
    strangers
        .map(|name| Fault {
            path: name.clone(),
            line: 1,
            rule: "not at the top level: see EXPECTED of tests/it/tidy".to_owned(),
        })
        .collect()
}
