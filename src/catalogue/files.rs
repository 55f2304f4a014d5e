//! The TOML files of a folder of proxies, wherever it lies.

use std::collections::BTreeMap;
use std::path::Path;

use rust_embed::Embed;

use crate::domain::fault::Fault;

/// The folder inside the program.
#[derive(Embed)]
#[folder = "proxies/"]
struct Shipped;

/// A folder this deep has a loop in it.
const DEEPEST: usize = 4;

/// Texts by path, `/` between folders on every system.
#[derive(Debug, Default)]
pub(super) struct Files(BTreeMap<String, String>);

impl Files {
    pub(super) fn shipped() -> Result<Self, Vec<Fault>> {
        let mut files = Self::default();
        let mut faults = Vec::new();
        for path in Shipped::iter().filter(|path| path.ends_with(".toml")) {
            let bytes = Shipped::get(&path).map(|file| file.data.into_owned());
            files.add(&path, bytes.unwrap_or_default(), &mut faults);
        }
        if faults.is_empty() {
            Ok(files)
        } else {
            Err(faults)
        }
    }

    pub(super) fn of_folder(folder: &Path) -> Result<Self, Vec<Fault>> {
        let mut files = Self::default();
        let mut faults = Vec::new();
        files.walk(folder, "", 0, &mut faults);
        if faults.is_empty() {
            Ok(files)
        } else {
            Err(faults)
        }
    }

    fn walk(&mut self, folder: &Path, prefix: &str, depth: usize, faults: &mut Vec<Fault>) {
        let mut unreadable = |path: &Path, wrong: std::io::Error| {
            let at = path.display().to_string();
            faults.push(Fault::new(at, "unreadable", wrong.to_string()));
        };
        let found: Result<Vec<_>, _> = std::fs::read_dir(folder).and_then(Iterator::collect);
        let found = match found {
            Ok(found) => found,
            Err(wrong) => return unreadable(folder, wrong),
        };
        for entry in found {
            let path = entry.path();
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if path.is_dir() && depth < DEEPEST {
                self.walk(&path, &format!("{name}/"), depth + 1, faults);
            } else if name.ends_with(".toml") {
                match std::fs::read(&path) {
                    Ok(bytes) => self.add(&name, bytes, faults),
                    Err(wrong) => {
                        let at = path.display().to_string();
                        faults.push(Fault::new(at, "unreadable", wrong.to_string()));
                    }
                }
            }
        }
    }

    fn add(&mut self, path: &str, bytes: Vec<u8>, faults: &mut Vec<Fault>) {
        match String::from_utf8(bytes) {
            Ok(text) => {
                self.0.insert(path.to_owned(), text);
            }
            Err(_) => faults.push(Fault::new(path, "unreadable", "the file is not UTF-8 text")),
        }
    }

    /// One file.
    pub(super) fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// The files right inside a folder, by path.
    pub(super) fn inside(&self, folder: &str) -> impl Iterator<Item = (&str, &str)> {
        let prefix = format!("{folder}/");
        self.0.iter().filter_map(move |(path, text)| {
            let name = path.strip_prefix(&prefix)?;
            (!name.contains('/')).then_some((path.as_str(), text.as_str()))
        })
    }

    /// The folders that hold an edition: those with an `edition.toml` in them.
    pub(super) fn editions(&self) -> impl Iterator<Item = &str> {
        self.0
            .keys()
            .filter_map(|path| path.strip_suffix("/edition.toml"))
    }
}
