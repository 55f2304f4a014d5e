//! The worked examples of `tests/examples/`, run through the code that values everything else.

mod expected;
mod format;
mod restating;

use std::path::{Path, PathBuf};

use goodmeasure::catalogue::Catalogue;
use goodmeasure::operations::calculate::calculate;

use format::{Example, ExampleFile};

/// What is shipped, and the small edition for tests.
pub(crate) fn catalogue() -> Catalogue {
    Catalogue::shipped_with(&[root().join("tests/proxies")]).unwrap_or_else(|faults| {
        let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
        panic!("{}", said.join("\n"))
    })
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files() -> Vec<PathBuf> {
    let folder = root().join("tests/examples");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    files.sort();
    files
}

/// A file's text, to turn a place in it into `tests/examples/v2-rounding.toml:12`.
pub(crate) struct Place<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Place<'_> {
    fn at(&self, byte: usize) -> String {
        let line = self.text[..byte].matches('\n').count() + 1;
        let path = self.path.strip_prefix(root()).unwrap_or(self.path);
        format!("{}:{line}", path.display())
    }
}

#[test]
fn every_worked_example_holds() {
    let catalogue = catalogue();
    let mut wrong = Vec::new();
    let mut count = 0;
    for path in files() {
        let text = std::fs::read_to_string(&path).unwrap();
        let place = Place {
            path: &path,
            text: &text,
        };
        match toml::from_str::<ExampleFile>(&text) {
            Ok(file) => {
                count += file.examples.len() + file.restatings.len();
                for example in &file.restatings {
                    let at = place.at(example.name.span().start);
                    wrong.extend(restating::wrong(&catalogue, example, &at));
                }
                for example in &file.examples {
                    run(&catalogue, example, &place, &mut wrong);
                }
            }
            Err(unread) => {
                let byte = unread.span().map_or(0, |span| span.start);
                wrong.push(format!("{}: {}", place.at(byte), unread.message()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count >= 60, "only {count} worked examples");
}

fn run(catalogue: &Catalogue, example: &Example, place: &Place<'_>, wrong: &mut Vec<String>) {
    let name = example.name.get_ref();
    let at = place.at(example.name.span().start);
    if example.rule.is_none() && example.source.is_none() {
        wrong.push(format!("{at}: {name}: name its rule or its source"));
    }
    let calculated = match calculate(catalogue, &example.calculation()) {
        Ok(calculated) if example.refused.is_none() => calculated,
        Err(faults) if example.refused.is_some() => {
            let mut codes = example
                .refused
                .iter()
                .flat_map(|codes| codes.all())
                .collect::<Vec<_>>();
            let mut came: Vec<&str> = faults.iter().map(|fault| fault.code).collect();
            codes.sort_unstable();
            came.sort_unstable();
            if codes != came {
                wrong.push(format!(
                    "{at}: {name}: refused as {came:?}, expected {codes:?}"
                ));
            }
            return;
        }
        Ok(_) => {
            wrong.push(format!("{at}: {name}: taken, expected to be refused"));
            return;
        }
        Err(faults) => {
            let said = faults.iter().map(|fault| format!("{at}: {name}: {fault}"));
            wrong.extend(said);
            return;
        }
    };
    for (line, came) in example.lines.iter().zip(&calculated.lines) {
        expected::line(line, came, place, wrong);
    }
    expected::totals(example, &calculated, place, wrong);
}
