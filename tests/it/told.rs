//! The story of one contract, told by `tests/story` with curl against the server, on both databases.

use std::process::{Command, Stdio};

use crate::support::app::{App, steady};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Whether the tools the script speaks with are here. `tests/run` sees to it that they are.
fn has_tools() -> bool {
    let missing = ["bash", "curl", "jq"].into_iter().find(|tool| {
        Command::new(tool)
            .arg("--version")
            .stdout(Stdio::null())
            .status()
            .is_err()
    });
    let Some(tool) = missing else { return true };
    assert!(
        std::env::var("GOODMEASURE_TEST_POSTGRES").is_err(),
        "tests/run installs {tool}"
    );
    println!("left out: the story, because {tool} is missing");
    false
}

/// What the script prints for a document, against a server.
async fn told(app: &App, document: Option<&str>) -> String {
    let mut script = Command::new(format!("{ROOT}/tests/story"));
    script
        .args(document)
        .env("BASE", &app.base)
        .env("REPORTER", &app.first_key)
        .env("COMMISSIONER", &app.second_key)
        .stdin(Stdio::null());
    let output = tokio::task::spawn_blocking(move || script.output())
        .await
        .unwrap()
        .unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{complaint}");
    String::from_utf8(output.stdout).unwrap()
}

/// The same story on every database, its figures the same.
async fn told_on_each(document: Option<&str>) -> String {
    let mut stories = Vec::new();
    for app in App::on_each().await {
        stories.push(steady(&told(&app, document).await));
        app.stop().await;
    }
    for other in &stories {
        assert_eq!(&stories[0], other, "the databases tell different stories");
    }
    stories.swap_remove(0)
}

#[tokio::test]
async fn the_readme_shows_the_story_as_it_is_told() {
    if !has_tools() {
        return;
    }
    let story = told_on_each(None).await;
    let readme = std::fs::read_to_string(format!("{ROOT}/README.md")).unwrap();
    assert!(readme.contains(&story), "the README should show:\n{story}");
}

#[test]
fn the_readme_shows_one_pound_as_it_is_explained() {
    let readme = std::fs::read_to_string(format!("{ROOT}/README.md")).unwrap();
    let (_, shown) = readme.split_once("$ cat year.csv\n").unwrap();
    let (table, shown) = shown.split_once("$ goodmeasure value year.csv").unwrap();
    let (arguments, shown) = shown.split_once('\n').unwrap();
    let (expected, _) = shown.split_once("```").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("year.csv");
    std::fs::write(&file, table).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_goodmeasure"))
        .arg("value")
        .arg(&file)
        .args(arguments.split_whitespace())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
}

#[tokio::test]
async fn the_story_holds_for_a_public_record_too() {
    // Records of Find a Tender are not kept here; where one lies beside the checkout it is tried.
    let record = format!("{ROOT}/../shared/samples/ocds/fts_record_award_contract.json");
    if !std::path::Path::new(&record).exists() || !has_tools() {
        println!("left out: no public record lies beside the checkout");
        return;
    }
    let story = told_on_each(Some(&record)).await;
    for line in [
        "  2026-10-05 to 2027-03-31, perhaps to 2028-03-31, value £395493.00",
        "reported 2027-28-Q2: accepted, in the possible extension",
        "  local_economic: 178456.51, of 97597.50 committed",
        "social value added (verified social value / contract value): 0.0013",
    ] {
        assert!(story.lines().any(|told| told == line), "{line}\n{story}");
    }
}
