//! `goodmeasure import`, as it is run by hand.

use std::process::{Command, Output};

use crate::support::databases::databases;

/// Runs the program on a database.
fn goodmeasure(database: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_goodmeasure"))
        .args(arguments)
        .env("GOODMEASURE_DATABASE_URL", database)
        .env("GOODMEASURE_LOG", "error")
        .output()
        .unwrap()
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn document(name: &str) -> String {
    format!("{}/tests/documents/{name}.json", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn a_file_is_imported_and_told_of() {
    let mut told = Vec::new();
    for database in databases() {
        let url = database.url();
        assert!(goodmeasure(url, &["migrate"]).status.success());
        let opened = goodmeasure(
            url,
            &["keys", "create", "--name", "reader", "--role", "analyst"],
        );
        assert!(opened.status.success(), "{}", said(&opened.stderr));
        let file = document("award_ten_times_the_tender");
        let done = goodmeasure(
            url,
            &["import", "contract", &file, "--anchor", "--place", "halton"],
        );
        assert!(done.status.success(), "{}", said(&done.stderr));
        told.push(crate::support::app::steady(&said(&done.stdout)));
        let again = goodmeasure(url, &["import", "contract", &file, "--anchor"]);
        assert!(!again.status.success());
        assert!(said(&again.stderr).contains("open contracting id is here already"));
        let several = document("several_contracts_and_suppliers");
        let refused = goodmeasure(url, &["import", "contract", &several, "--anchor"]);
        let faults = said(&refused.stderr);
        assert!(faults.contains("several_contracts"), "{faults}");
        assert!(faults.contains("nothing was stored"), "{faults}");
        let chosen = ["--contract", "2", "--supplier", "GB-COH-00000001"];
        let arguments = [
            &["import", "contract", several.as_str(), "--anchor"],
            &chosen[..],
        ]
        .concat();
        let done = goodmeasure(url, &arguments);
        assert!(said(&done.stdout).contains("£20000.50 net (value of the contract)"));
    }
    for other in &told {
        assert_eq!(&told[0], other);
    }
    insta::assert_snapshot!("import_told", told[0]);
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let file = document("record_with_extension");
    let nowhere = "sqlite:///nowhere/at/all.db";
    for arguments in [
        vec!["import", "contract", file.as_str()],
        vec![
            "import",
            "contract",
            file.as_str(),
            "--anchor",
            "--held-by",
            "x",
        ],
        vec!["import", "contract", "no-such-file.json", "--anchor"],
        vec!["import", "contract", file.as_str(), "--anchor"],
    ] {
        let refused = goodmeasure(nowhere, &arguments);
        assert!(!refused.status.success(), "{arguments:?}");
        assert!(!refused.stderr.is_empty());
    }
}

#[test]
fn a_table_of_values_becomes_a_draft() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let table = file("table.csv", crate::support::tables::ROWS);
    let wrong = file(
        "wrong.csv",
        "Ref,Measure,Unit,Proxy Value\nW1,Hours,hour,12.5x\n",
    );
    let whole = crate::support::tables::body("our-table", "2026");
    let fields = whole.as_object().unwrap().iter();
    let fields = fields.filter(|(name, _)| *name != "table");
    let said_of: Vec<String> = fields
        .map(|(name, text)| format!("--say={name}={}", text.as_str().unwrap()))
        .collect();
    for database in databases() {
        let url = database.url();
        assert!(goodmeasure(url, &["migrate"]).status.success());
        let opened = ["keys", "create", "--name", "reader", "--role", "analyst"];
        assert!(goodmeasure(url, &opened).status.success());
        let import = |file: &str, more: &[&str]| {
            let said_of = said_of.iter().map(String::as_str);
            let arguments: Vec<&str> = ["import", "edition", file]
                .into_iter()
                .chain(said_of)
                .collect();
            goodmeasure(url, &[&arguments[..], more].concat())
        };
        let refused = import(&wrong, &[]);
        let faults = said(&refused.stderr);
        assert!(
            faults.contains("/rows/2/proxy_value: row 2, \"Proxy Value\""),
            "{faults}"
        );
        let done = import(&table, &[]);
        assert!(done.status.success(), "{}", said(&done.stderr));
        let told = said(&done.stdout);
        assert!(
            told.starts_with("our-table/2026, revision 1: a draft\n  4 measures, 3 of them"),
            "{told}"
        );
        let again = said(&import(&table, &[]).stderr);
        assert!(again.contains("is here already"), "{again}");
        let replaced = said(&import(&table, &["--replace"]).stdout);
        assert!(
            replaced.starts_with("our-table/2026, revision 2"),
            "{replaced}"
        );
        let unknown = goodmeasure(url, &["import", "edition", &table, "--say", "colour=red"]);
        assert!(said(&unknown.stderr).contains("FIELD=TEXT"));
    }
}
