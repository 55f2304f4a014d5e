//! The settings: every fault at once, at start.

use std::process::Command;

use goodmeasure::http::sign_in::SignIn;
use serde_json::{Value, json};

use super::settings_of;

/// Pointer and code of each fault.
fn faults(settings: &Value) -> Vec<(String, &'static str)> {
    match SignIn::read(settings.to_string().as_bytes()) {
        Ok(_) => Vec::new(),
        Err(faults) => faults
            .into_iter()
            .map(|fault| (fault.pointer, fault.code))
            .collect(),
    }
}

#[test]
fn good_settings_are_taken() {
    for changes in [
        json!({}),
        json!({"jwks_url": null, "algorithms": ["ES256", "EdDSA"], "audience": ["a", "b"]}),
        json!({"partnership": null, "partnership_claim": ["https://example.org/partnership"]}),
        json!({"keys_fresh_minutes": 60, "keys_usable_hours": 1}),
    ] {
        assert_eq!(
            faults(&settings_of("https://login.example.org", changes)),
            []
        );
    }
}

#[test]
fn every_fault_is_told_at_once() {
    let all = json!({"issuer": [
        {"issuer": "http://login.example.org", "jwks_url": "ftp://x", "audience": [], "algorithms": ["RS256", "HS256"],
         "partnership": "Not One", "keys_fresh_minutes": 0, "keys_usable_hours": 1000, "client_secret": "s", "role": []},
        {"issuer": 7, "audience": [""], "partnership": "a", "partnership_claim": "b", "role": [
            {"claim": "", "value": "", "role": "owner"},
            {"claim": "roles", "value": "x", "role": "supplier"},
            {"claim": "roles", "value": "x", "role": "supplier", "organisations": [], "organisation": "o"},
            {"claim": "roles", "value": "x", "role": "commissioner", "organisations": ["o"], "organisations_claim": "p"},
            {"claim": "roles", "value": "x", "role": "analyst", "organisations": ["o"]},
            {"claim": 1, "value": 2, "role": 3},
        ]},
        {"issuer": "https://a.example.org", "keys_fresh_minutes": 61, "keys_usable_hours": 1, "partnership_claim": [],
         "audience": "a", "role": [{}]},
        {"issuer": "https://a.example.org", "audience": "a", "partnership": "a",
         "role": [{"claim": "roles", "value": "x", "role": "administrator"}]},
    ], "issuers": []});
    let mut told = faults(&all);
    told.sort();
    let told: Vec<String> = told
        .iter()
        .map(|(at, code)| format!("{at} {code}"))
        .collect();
    insta::assert_snapshot!("sign_in_faults", told.join("\n"));
    for nothing in [json!({}), json!({"issuer": []})] {
        assert_eq!(faults(&nothing), [("/issuer".to_owned(), "field_missing")]);
    }
    assert_eq!(faults(&json!([]))[0].1, "wrong_type");
    assert!(SignIn::read(b"{").is_err());
}

/// Starts the program with a file of settings that it must refuse; what it says.
fn refused(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sign-in.toml");
    std::fs::write(&file, text).unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_goodmeasure"))
        .current_dir(folder.path())
        .args(["serve", "--listen", "127.0.0.1:0", "--sign-in"])
        .arg(&file)
        .output()
        .unwrap();
    assert!(!done.status.success());
    assert!(
        !folder.path().join("goodmeasure.db").exists(),
        "nothing was begun"
    );
    String::from_utf8(done.stderr).unwrap()
}

#[test]
fn a_server_with_a_faulty_file_does_not_start() {
    let said = refused("[[issuer]]\nissuer = \"http://login.example.org\"\nsecret = \"x\"\n");
    for part in [
        "/issuer/0/issuer:",
        "/issuer/0/secret:",
        "/issuer/0/audience:",
        "/issuer/0/role:",
        "is at fault",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(refused("[[issuer]\n").contains("line 1"));
}

/// What the README shows is taken as it is.
#[test]
fn the_examples_of_the_readme_are_taken() {
    let readme =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let examples: Vec<&str> = readme
        .split("```toml\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .filter(|example| example.contains("[[issuer]]"))
        .collect();
    for example in &examples {
        let read: Value = toml::from_str(example).unwrap();
        let issuers = read["issuer"].as_array().unwrap().len();
        assert_eq!(faults(&read), [], "{example}");
        assert!(issuers >= 1);
    }
    assert!(!examples.is_empty());
}
