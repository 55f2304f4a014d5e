//! The program as it is run by hand.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use crate::support::databases::databases;

/// Runs the program with these arguments and this standard input.
fn goodmeasure(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_goodmeasure"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that stops early closes its end first.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

const ROWS: &str = "\u{feff}measure,period,quantity,components,contract_share\n\
    local-job-fte,2026-27,25,,\n\
    \n\
    school-engagement-hours,2026-27-Q1,,attendees=8; hours=2; staff-hours=3,1/3\n\
    spend-local,2026-27-Q1,100,,\n";

#[test]
fn rows_are_valued_and_each_pound_explained() {
    let output = goodmeasure(&["value", "-", "--edition", "open-uk/2026"], ROWS);
    let table = said(&output.stdout);
    assert!(output.status.success(), "{}", said(&output.stderr));
    for part in [
        "£975,975.00",
        "25 full-time equivalents x £39039 = £975975",
        "staff-hours: 3 hour x 1/3 x £17.534079670719 = £17.534079670719",
        "record only",
    ] {
        assert!(table.contains(part), "{part} is not in\n{table}");
    }
    assert!(
        !table.contains("975,992.53"),
        "two columns were added up\n{table}"
    );
}

#[test]
fn json_and_csv_say_the_same() {
    let json = goodmeasure(
        &[
            "value",
            "-",
            "--edition",
            "open-uk/2026",
            "--format",
            "json",
        ],
        ROWS,
    );
    let answer: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(answer["lines"][0]["worth"], "975975.00");
    assert_eq!(answer["lines"][0]["row"], 2);
    assert_eq!(answer["lines"][1]["row"], 4);
    assert_eq!(answer["lines"][2]["worth"], serde_json::Value::Null);
    assert_eq!(answer["totals"].as_array().unwrap().len(), 3);
    let output = goodmeasure(
        &["value", "-", "--edition", "open-uk/2026", "--format", "csv"],
        ROWS,
    );
    let mut reader = csv::Reader::from_reader(output.stdout.as_slice());
    let column = reader
        .headers()
        .unwrap()
        .iter()
        .position(|name| name == "worth")
        .unwrap();
    let worths: Vec<String> = reader
        .records()
        .map(|row| row.unwrap()[column].to_owned())
        .collect();
    assert_eq!(worths, ["975975.00", "17.53", ""]);
}

#[test]
fn a_text_that_a_spreadsheet_would_run_is_guarded() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/proxies");
    let rows =
        "measure,period,text,quantity\nlesson-learnt,2026-27,=1+1,\nhalf-penny,2026-27,,-1\n";
    let arguments = [
        "value",
        "-",
        "--edition",
        "example/1",
        "--proxies",
        folder,
        "--format",
        "csv",
    ];
    let output = goodmeasure(&arguments, rows);
    let text = said(&output.stdout);
    assert!(text.contains(",\"'=1+1;"), "{text}");
    assert!(text.contains(",-0.01,-0.005,"), "{text}");
}

#[test]
fn a_wrong_row_says_every_fault_and_nothing_is_half_said() {
    let rows = "measure,period,quantity,components,answer\n\
        local-job-fte,2026-27,25,,\n\
        nope,2026,1,,\n\
        local-job-fte,2026-27,1e3,,\n\
        carbon-reduction-plan,2026-27,,,perhaps\n\
        community-project,2026-27,,cash=1;cash=2,\n\
        local-job-fte,2026-27,1,,,,\n";
    let output = goodmeasure(&["value", "-", "--edition", "open-uk/2026"], rows);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(said(&output.stdout), "");
    let faults: Vec<String> = said(&output.stderr)
        .lines()
        .map(|line| line.split(": ").next().unwrap().to_owned())
        .collect();
    assert_eq!(
        faults,
        [
            "row 3, column period",
            "row 3, column measure",
            "row 4, column quantity",
            "row 5, column answer",
            "row 6, column components",
            "row 7",
            "6 faults",
        ]
    );
}

#[test]
fn a_file_that_is_no_table_of_lines_is_refused() {
    for (rows, part) in [
        (
            "measure,quantity\nlocal-job-fte,1\n",
            "the column period is missing",
        ),
        (
            "measure,period,colour\nx,y,red\n",
            "there is no column \"colour\"",
        ),
        ("measure,period,period\nx,y,z\n", "stands twice"),
        ("measure,period\n", "no rows"),
        ("", "the column measure is missing"),
    ] {
        let output = goodmeasure(&["value", "-", "--edition", "open-uk/2026"], rows);
        assert_eq!(output.status.code(), Some(1));
        assert!(
            said(&output.stderr).contains(part),
            "{}",
            said(&output.stderr)
        );
    }
    let output = goodmeasure(&["value", "-", "--edition", "open-uk/1926"], ROWS);
    assert!(
        said(&output.stderr).contains("there is no edition"),
        "{}",
        said(&output.stderr)
    );
}

#[test]
fn proxies_are_checked_and_their_net_values_printed() {
    let output = goodmeasure(&["check-proxies"], "");
    assert!(output.status.success(), "{}", said(&output.stderr));
    assert!(said(&output.stdout).contains("308.706177909724"));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("places.toml"), "[[place]]\ncode = 1\n").unwrap();
    let at = folder.path().display().to_string();
    let output = goodmeasure(&["check-proxies", "--proxies", &at], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output.stderr).contains("places.toml/place/1"),
        "{}",
        said(&output.stderr)
    );
}

/// Runs `goodmeasure keys` on a database; standard output must be good.
fn keys(url: &str, arguments: &[&str]) -> String {
    let output = goodmeasure(&[&["keys", "--database-url", url], arguments].concat(), "");
    assert!(output.status.success(), "{}", said(&output.stderr));
    said(&output.stdout)
}

/// The row of `keys list` that holds a text, in words.
fn row(url: &str, part: &str) -> Vec<String> {
    let table = keys(url, &["list"]);
    let row = table.lines().find(|line| line.contains(part));
    let row = row.unwrap_or_else(|| panic!("{part} is not in\n{table}"));
    row.split("  ")
        .map(str::trim)
        .filter(|cell| !cell.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn keys_are_made_listed_rotated_and_revoked() {
    for database in databases() {
        let url = database.url();
        let migrated = goodmeasure(&["migrate", "--database-url", url], "");
        assert!(migrated.status.success(), "{}", said(&migrated.stderr));
        let first = said(&migrated.stdout);
        assert!(first.contains("\n  gm_default_"), "{first}");

        let create = ["create", "--name", "Able Repairs"];
        let last = chrono::Utc::now().date_naive() + chrono::Days::new(300);
        let last = last.to_string();
        let analyst = ["--role", "analyst", "--expires", &last];
        let networks = ["--network", "10.0.0.0/8", "--network", "::1"];
        let text = keys(url, &[&create[..], &analyst, &networks].concat());
        assert!(
            text.starts_with("gm_default_") && text.len() == 76,
            "{text}"
        );
        let listed = row(url, "Able Repairs");
        assert_eq!(
            listed[1..7],
            [
                "Able Repairs",
                "analyst",
                "all",
                "10.0.0.0/8,::1",
                &text[..17],
                &format!("opens until {last}")
            ],
        );
        assert_eq!(listed[8], "never");

        let on = ["keys", "--database-url", url];
        let supplier = [
            "--role",
            "supplier",
            "--expires",
            "1999-01-01",
            "--network",
            "x",
        ];
        let refused = goodmeasure(&[&on[..], &create, &supplier].concat(), "");
        assert_eq!(refused.status.code(), Some(1));
        for fault in ["/organisations: ", "/expires_on: ", "/networks/0: "] {
            assert!(
                said(&refused.stderr).contains(fault),
                "{}",
                said(&refused.stderr)
            );
        }

        let next = keys(url, &["rotate", &listed[0], "--overlap", "0"]);
        assert!(next != text && next.len() == 76);
        assert_eq!(row(url, &text[..17])[6], "expired");
        let rotated = row(url, &next[..17]);
        assert!(rotated[6].starts_with("opens until 20"), "{rotated:?}");
        assert_eq!(keys(url, &["revoke", &rotated[0]]), "revoked\n");
        assert_eq!(keys(url, &["revoke", &rotated[0]]), "revoked\n", "again");
        assert_eq!(row(url, &next[..17])[6], "revoked");

        let administrator = row(url, "first administrator");
        assert_eq!(administrator[6], "live");
        for (arguments, part) in [
            (
                ["revoke", administrator[0].as_str()],
                "no other administrator key lives",
            ),
            (["rotate", rotated[0].as_str()], "this key was revoked"),
            (["rotate", "none"], "there is no such key"),
        ] {
            let output = goodmeasure(&[&on[..], &arguments].concat(), "");
            assert_eq!(output.status.code(), Some(1));
            assert!(
                said(&output.stderr).contains(part),
                "{}",
                said(&output.stderr)
            );
        }
    }
}

#[test]
fn the_demo_prints_a_key_of_each_role() {
    let output = goodmeasure(&["demo", "--once", "--listen", "127.0.0.1:0"], "");
    let told = said(&output.stdout);
    assert!(output.status.success(), "{}", said(&output.stderr));
    for (called, purpose) in [
        ("ADMINISTRATOR", "does everything"),
        (
            "COMMISSIONER",
            "acts for Weaver Valley Council (sample) and Sefton Council (sample)",
        ),
        (
            "SUPPLIER",
            "reports for Mossland Restoration Ltd (sample) and Ainsdale Grounds Maintenance (sample)",
        ),
        ("ANALYST", "reads everything"),
    ] {
        let line = told
            .lines()
            .find(|line| line.contains(&format!("export {called}=gm_sample_")));
        assert!(line.is_some_and(|line| line.ends_with(purpose)), "{told}");
        // Each command names a key that is exported.
        assert!(
            called == "ADMINISTRATOR" || told.contains(&format!("Bearer ${called}\"")),
            "{told}"
        );
    }
    assert_eq!(told.matches("curl -s").count(), 5);
}
