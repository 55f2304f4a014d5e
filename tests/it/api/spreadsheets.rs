//! A table as a spreadsheet is saved (XLSX): its numbers as they were typed, or refused (V3), each fault with row and column.

use std::process::Command;

use serde_json::{Value, json};

use crate::support::app::{Answer, App};
use crate::support::spreadsheet::{Cell, XLSX, file, file_with, rows};
use crate::support::tables::body;

use Cell::{Bool, Day, Error, Formula, Nothing, Number, Text};

const HEADINGS: [&str; 7] = [
    "Ref",
    "Measure",
    "Unit",
    "Proxy Value (£)",
    "Column",
    "Last reviewed",
    "Weighting",
];

fn headings() -> Vec<Cell<'static>> {
    HEADINGS.map(Text).to_vec()
}

fn row<'a>(
    reference: &'a str,
    value: Cell<'a>,
    reviewed: Cell<'a>,
    weighting: Cell<'a>,
) -> Vec<Cell<'a>> {
    vec![
        Text(reference),
        Text("Hours of help"),
        Text("hour"),
        value,
        Text("effort"),
        reviewed,
        weighting,
    ]
}

async fn send(app: &App, edition: &str, bytes: Vec<u8>) -> Answer {
    let said = body("our-sheet", edition);
    let fields = said
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, _)| *name != "table");
    let coded = |text: &str| {
        text.replace(' ', "+")
            .replace(':', "%3A")
            .replace('/', "%2F")
    };
    let pairs = fields.map(|(name, value)| format!("{name}={}", coded(value.as_str().unwrap())));
    let path = format!("/v1/proxy-editions?{}", pairs.collect::<Vec<_>>().join("&"));
    let bearer = format!("Bearer {}", app.first_key);
    let headers = [("authorization", bearer.as_str()), ("content-type", XLSX)];
    app.send("POST", &path, &headers, Some(bytes)).await
}

/// A title, a gap, headings in row 3; and a hidden sheet and one without a table before it.
fn sheet() -> Vec<u8> {
    let table = [
        headings(),
        row(
            "XS1",
            Number("16.530000000000001"),
            Day("46112"),
            Error("#REF!"),
        ),
        row("XS2", Number("12347"), Nothing, Nothing),
        row("XS3", Text("£1,234.50"), Nothing, Nothing),
        row("XS4", Formula("D4*2", Some("33.06")), Nothing, Bool(true)),
        row("XS5", Number("1E-3"), Nothing, Nothing),
        row("XS6", Nothing, Nothing, Nothing),
    ];
    let title = rows(1, &[vec![Text("An invented table & more")]]);
    let table = format!("{title}{}", rows(3, &table));
    let hidden = rows(1, &[headings(), row("H1", Number("1"), Nothing, Nothing)]);
    let notes = rows(1, &[vec![Text("Notes")], vec![Number("1")]]);
    file(&[
        ("hidden", &hidden),
        ("visible", &notes),
        ("visible", &table),
    ])
}

#[tokio::test]
async fn a_spreadsheet_becomes_the_draft_that_its_rows_say() {
    for app in App::on_each().await {
        let drafted = send(&app, "1", sheet()).await;
        assert_eq!(drafted.status, 201, "{}", drafted.text);
        let drafted = drafted.json();
        assert_eq!(drafted["ignored_columns"], json!(["Weighting"]));
        assert_eq!(drafted["edition"]["counts"]["measures"], 6);
        let proxies = app
            .get("/v1/proxy-editions/our-sheet/1/proxies")
            .await
            .json();
        let values: Vec<(Value, Value)> = proxies["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                (
                    one["code"].clone(),
                    one["values"][0]["source_value"]["central"].clone(),
                )
            })
            .collect();
        let typed = [
            ("xs1", "16.53"),
            ("xs2", "12347"),
            ("xs3", "1234.5"),
            ("xs4", "33.06"),
            ("xs5", "0.001"),
        ];
        assert_eq!(
            values,
            typed.map(|(code, value)| (json!(code), json!(value)))
        );
        assert_eq!(proxies["items"][0]["last_reviewed"], "2026-03-31");
        app.stop().await;
    }
}

#[tokio::test]
async fn what_is_neither_text_nor_number_is_told_with_row_and_column() {
    for app in App::on_each().await {
        let table = [
            headings(),
            row("XS1", Number("0.30000000000000004"), Nothing, Nothing),
            row("XS2", Error("#REF!"), Nothing, Nothing),
            row("XS3", Bool(true), Nothing, Nothing),
            row("XS4", Day("46112"), Nothing, Nothing),
            row("XS5", Formula("1/3", None), Nothing, Nothing),
            row(
                "XS6",
                Formula("1/3", Some("0.33333333333333331")),
                Nothing,
                Nothing,
            ),
            row("XS7", Number("16.5"), Number("46112.25"), Nothing),
            row("XS8", Number("1E300"), Nothing, Nothing),
        ];
        let refused = send(&app, "1", file(&[("visible", &rows(4, &table))])).await;
        let expected = [
            ("/rows/5/proxy_value", "too_many_digits"),
            ("/rows/6/proxy_value", "cell_error"),
            ("/rows/7/proxy_value", "cell_boolean"),
            ("/rows/8/proxy_value", "cell_date"),
            ("/rows/9/proxy_value", "formula_without_value"),
            ("/rows/10/proxy_value", "too_many_digits"),
            ("/rows/11/last_reviewed", "not_a_day"),
            ("/rows/12/proxy_value", "not_a_number"),
        ];
        let expected = expected.map(|(at, code)| (at.to_owned(), code.to_owned()));
        assert_eq!(refused.faults(), expected, "{}", refused.text);
        assert!(
            refused
                .text
                .contains("row 6, \\\"Proxy Value (£)\\\": the cell holds the error #REF!"),
            "{}",
            refused.text
        );
        app.stop().await;
    }
}

#[tokio::test]
async fn a_file_that_unpacks_to_more_than_anybody_writes_is_refused() {
    for app in App::on_each().await {
        let table = rows(1, &[headings(), row("XS1", Number("1"), Nothing, Nothing)]);
        let refused = async |bytes: Vec<u8>, code: &str| {
            let answer = send(&app, "1", bytes).await;
            assert_eq!(answer.status, 422, "{}", answer.text);
            assert_eq!(
                answer.faults(),
                [("/table".to_owned(), code.to_owned())],
                "{}",
                answer.text
            );
            assert!(answer.text.len() < 2_000);
        };
        let nothing = vec![b' '; 17 * 1024 * 1024];
        refused(
            file_with(&[("visible", &table)], &[("xl/media/a.bin", &nothing)]),
            "too_large",
        )
        .await;
        let bomb = format!("{table}{}", "<row><c><v>1</v></c></row>".repeat(700_000));
        refused(file(&[("visible", &bomb)]), "too_large").await;
        let many: Vec<String> = (0..1001).map(|part| format!("xl/{part}")).collect();
        let many: Vec<(&str, &[u8])> = many
            .iter()
            .map(|name| (name.as_str(), b"".as_slice()))
            .collect();
        refused(file_with(&[("visible", &table)], &many), "too_large").await;
        // One long text, named by very many cells.
        let long = "x".repeat(32_000);
        let strings = format!("<sst><si><t>{long}</t></si></sst>");
        let named = format!("<row>{}</row>", "<c t=\"s\"><v>0</v></c>".repeat(150)).repeat(1000);
        let links = [("xl/sharedStrings.xml", strings.as_bytes())];
        refused(
            file_with(&[("visible", &format!("{table}{named}"))], &links),
            "too_large",
        )
        .await;
        refused(b"Ref,Measure,Unit\n".to_vec(), "not_xlsx").await;
        refused(Vec::new(), "not_xlsx").await;
        // So many rows as no table has, and cells far off.
        let rows_of = (2..4000).map(|number| {
            format!("<row r=\"{number}\"><c r=\"A{number}\"><v>{number}</v></c></row>")
        });
        let long_sheet = format!("{table}{}", rows_of.collect::<String>());
        let told = send(&app, "1", file(&[("visible", &long_sheet)])).await;
        assert_eq!(told.status, 422);
        assert!(
            told.text.len() < 1_000_000 && told.text.contains("too_many"),
            "{}",
            told.text.len()
        );
        let far = format!("{table}<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>");
        assert_eq!(
            send(&app, "far", file(&[("visible", &far)])).await.status,
            201
        );
        app.stop().await;
    }
}

/// Whatever is broken in a file, it is a fault or a draft, and nothing else.
#[tokio::test]
async fn a_broken_file_breaks_nothing() {
    let app = App::start(crate::support::databases::sqlite()).await;
    let whole = sheet();
    for tried in 0..300 {
        let mut broken = whole.clone();
        let place = (tried * 7_919 + 13) % broken.len();
        broken[place] ^= 1 << (tried % 8);
        if tried % 5 == 0 {
            broken.truncate(place);
        }
        let answer = send(&app, &format!("b{tried}"), broken).await;
        assert!(
            [201, 422].contains(&answer.status),
            "{place}: {}",
            answer.text
        );
    }
    app.stop().await;
}

#[test]
fn a_spreadsheet_is_imported_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let (file, database) = (folder.path().join("table.XLSX"), folder.path().join("a.db"));
    std::fs::write(&file, sheet()).unwrap();
    let url = format!("sqlite://{}", database.display());
    let run = |arguments: &[&str]| {
        let done = Command::new(env!("CARGO_BIN_EXE_goodmeasure"))
            .args(arguments)
            .env("GOODMEASURE_DATABASE_URL", &url)
            .env("GOODMEASURE_LOG", "error")
            .output()
            .unwrap();
        let told =
            String::from_utf8(done.stdout).unwrap() + &String::from_utf8(done.stderr).unwrap();
        assert!(done.status.success(), "{told}");
        told
    };
    run(&["migrate"]);
    run(&["keys", "create", "--name", "reader", "--role", "analyst"]);
    let said = body("our-sheet", "1");
    let fields = said
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, _)| *name != "table");
    let pairs: Vec<String> = fields
        .map(|(name, text)| format!("{name}={}", text.as_str().unwrap()))
        .collect();
    let mut arguments = vec!["import", "edition", file.to_str().unwrap()];
    arguments.extend(pairs.iter().flat_map(|pair| ["--say", pair.as_str()]));
    let told = run(&arguments);
    assert!(told.contains("our-sheet/1, revision 1: a draft"), "{told}");
    assert!(
        told.contains("6 measures, 5 of them with a value"),
        "{told}"
    );

    let index = folder.path().join("index.csv");
    std::fs::write(&index, "Year,Value\n2023-24,100\n2024-25,\n").unwrap();
    let mut arguments = vec!["import", "series", index.to_str().unwrap()];
    let said = [
        "name=our-index",
        "release=1",
        "title=Ours",
        "unit=index",
        "years=financial",
        "redistribution=allowed",
        "licence=CC0-1.0",
        "source_title=Ours",
        "source_publisher=Us",
        "source_year=2026",
        "source_url=https://example.org/",
    ];
    arguments.extend(said.iter().flat_map(|pair| ["--say", pair]));
    let told = run(&arguments);
    assert!(
        told.contains("our-index/1: Ours") && told.contains("1 numbers, 1 blank, 0 bands"),
        "{told}"
    );
    assert!(run(&["verify"]).contains("clean"));
}
