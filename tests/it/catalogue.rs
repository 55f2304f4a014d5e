//! What is shipped holds together, and a faulty folder is told all its faults at once.

use std::path::Path;

use goodmeasure::catalogue::Catalogue;
use goodmeasure::domain::edition::{Edition, EditionId};
use goodmeasure::domain::exact::text;
use goodmeasure::domain::measure::{Column, Shelf};
use goodmeasure::domain::relation::RelationKind;

use crate::examples::catalogue;

fn open_uk(catalogue: &Catalogue) -> &Edition {
    catalogue
        .edition(&EditionId::parse("open-uk/2026").unwrap())
        .unwrap()
}

#[test]
fn a_published_edition_never_changes() {
    let faults = Catalogue::shipped().unwrap().digest_faults();
    let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert!(faults.is_empty(), "{}", said.join("\n"));
}

#[test]
fn the_default_shelf_says_what_a_commissioner_needs() {
    let catalogue = catalogue();
    let edition = open_uk(&catalogue);
    let on = |shelf| {
        edition
            .measures()
            .filter(move |measure| measure.shelf == shelf)
    };
    assert!(on(Shelf::Default).count() >= 50);
    assert!(on(Shelf::Library).all(|measure| measure.shelf_reason.is_some()));
    for (code, column) in [
        ("local-job-fte", Some(Column::LocalEconomic)),
        ("into-work-jobseeker", Some(Column::Social)),
        ("volunteering-hours", Some(Column::Effort)),
        ("homelessness-application-avoided", Some(Column::Fiscal)),
        ("spend-local", None),
        ("hire-care-leaver", None),
    ] {
        assert_eq!(edition.measure(code).unwrap().column, column, "{code}");
    }
    assert_eq!(catalogue.kinds.len(), 8);
    assert_eq!(catalogue.scales.len(), 2);
    let default: Vec<&str> = catalogue
        .taxonomies
        .iter()
        .filter(|taxonomy| taxonomy.is_default)
        .map(|taxonomy| taxonomy.code.as_str())
        .collect();
    assert_eq!(default, ["act"]);
}

#[test]
fn v10_values_stand_in_the_prices_of_the_edition() {
    let catalogue = catalogue();
    let edition = open_uk(&catalogue);
    let carbon = &edition.proxy("carbon-tco2e").unwrap().by_year["2026"];
    assert_eq!(text(&carbon.net.central, 12), "308.706177909724");
    let ratio = carbon.uprating.as_ref().unwrap().ratio();
    assert_eq!(text(&ratio, 12), "1.113578305713");
}

#[test]
fn v11_the_same_thing_is_named_and_parts_are_allowed() {
    let catalogue = catalogue();
    let edition = open_uk(&catalogue);
    let same = |one, other| {
        edition
            .joined(RelationKind::SameThing, one, other)
            .is_some()
    };
    let parts = |one, other| {
        edition
            .joined(RelationKind::Partition, one, other)
            .is_some()
    };
    for climate in [
        "car-miles-saved",
        "hgv-miles-saved",
        "electricity-saved",
        "gas-saved",
        "diesel-saved",
    ] {
        assert!(same("carbon-saved", climate), "{climate}");
        assert!(
            climate == "gas-saved" || parts("gas-saved", climate),
            "{climate}"
        );
    }
    assert!(parts("volunteering-hours", "expert-volunteering-hours"));
    assert!(same(
        "homelessness-application-avoided",
        "bed-and-breakfast-weeks-avoided"
    ));
    assert!(!same("local-job-fte", "into-work-jobseeker"));
    assert!(same("into-work-jobseeker", "into-work-health"));
}

/// Copies the small edition and the shipped folder's shared files into a folder to spoil.
fn spoilt(spoil: impl Fn(&str) -> String) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/proxies/example/1");
    let copy = folder.path().join("example/1");
    std::fs::create_dir_all(&copy).unwrap();
    for name in ["edition.toml", "measures.toml"] {
        let text = std::fs::read_to_string(root.join(name)).unwrap();
        std::fs::write(copy.join(name), spoil(&text)).unwrap();
    }
    let read = Catalogue::shipped_with(&[folder.path().to_owned()]);
    let faults = read.map(|_| Vec::new()).unwrap_or_else(|faults| faults);
    let mut codes: Vec<String> = faults
        .iter()
        .map(|fault| format!("{} {}", fault.pointer, fault.code))
        .collect();
    codes.sort();
    codes
}

#[test]
fn every_fault_of_a_folder_is_told_with_its_file_and_key() {
    assert_eq!(spoilt(str::to_owned), Vec::<String>::new());
    let file = "example/1/measures.toml";
    for (from, to, told) in [
        (
            "value = \"37\"",
            "value = 37",
            "/proxy/home-care-hour wrong_entry",
        ),
        (
            "value = \"37\"",
            "value = \"37,0\"",
            "/proxy/home-care-hour/value not_a_number",
        ),
        (
            "value = \"37\"",
            "value = \"37\"\nlow = \"38\"",
            "/proxy/home-care-hour/value range_disordered",
        ),
        (
            "value = \"37\"",
            "value = \"37\"\ncolour = \"red\"",
            "/proxy/home-care-hour wrong_entry",
        ),
        (
            "[[measure]]\ncode = \"regional-job\"",
            "[[mesure]]\n[[measure]]\ncode = \"regional-job\"",
            "/mesure unknown_key",
        ),
        (
            "aliases = [\"XX1\", \"XX2a\"]",
            "aliases = [\"half-penny\"]",
            "/measure/regional-job/aliases alias_taken",
        ),
        (
            "place = \"wirral\"",
            "place = \"england\"",
            "/proxy/regional-job/area area_outside_place",
        ),
        (
            "place = \"wirral\"",
            "place = \"liverpool\"",
            "/proxy/regional-job/area/liverpool/ duplicate",
        ),
        (
            "valued_by = \"day\"",
            "valued_by = \"night\"",
            "/measure/third-of-a-day/valued_by unknown_proxy",
        ),
        (
            "valued_by = \"day\"",
            "valued_by = \"regional-hour\"",
            "/measure/third-of-a-day/unit unit_differs",
        ),
        (
            "valued_by = \"day\"",
            "record_only_because = \" \"",
            "/measure/third-of-a-day/record_only_because empty",
        ),
        (
            "over_time = \"none\"",
            "over_time = \"sum\"",
            "/measure/lesson-learnt/over_time sum_does_not_fit",
        ),
        (
            "record_only_because = \"Words have no £.\"",
            "valued_by = \"day\"\ncolumn = \"social\"",
            "/measure/lesson-learnt/quantity not_valuable",
        ),
        (
            "licence = \"CC-BY-4.0\"",
            "licence = \"CC-BY-NC-ND-4.0\"",
            "/proxy/home-care-hour-economic/licence unknown_licence",
        ),
        (
            "price_year = \"2024-25\"",
            "price_year = \"1950-51\"",
            "/proxy/regional-job/price_year price_year_unknown",
        ),
        (
            "https://example.org/invented",
            "example.org",
            "/proxy/day/source/url bad_url",
        ),
        (
            "themes = { act = \"social\" }",
            "themes = { act = \"sociable\" }",
            "/measure/half-penny/themes unknown_theme",
        ),
        (
            "themes = { act = \"social\" }",
            "themes = {}",
            "/measure/half-penny/themes theme_missing",
        ),
        (
            "shelf = \"default\"",
            "shelf = \"library\"",
            "/measure/half-penny/shelf_reason shelf_reason_missing",
        ),
    ] {
        let codes = spoilt(|text| text.replace(from, to));
        let wanted = format!("{file}{told}");
        assert!(codes.contains(&wanted), "{wanted} is not among {codes:#?}");
    }
    let edition = "example/1/edition.toml";
    for (from, to, told) in [
        (
            "edition = \"1\"",
            "edition = \"2\"",
            "/edition edition_differs",
        ),
        (
            "legal-rates = \"2026-04\"",
            "legal-rates = \"1826-04\"",
            "/series/legal-rates unknown_series",
        ),
        (
            "\"home-care-hour-economic\"]",
            "\"home-care-hour-ec\"]",
            "/relation/two parts of one hour of care unknown_measure",
        ),
        (
            "kind = \"partition\"",
            "kind = \"party\"",
            "/relation/two parts of one hour of care/kind unknown_word",
        ),
        (
            "status = \"published\"",
            "status = \"done\"",
            "/status unknown_word",
        ),
    ] {
        let codes = spoilt(|text| text.replace(from, to));
        let wanted = format!("{edition}{told}");
        assert!(codes.contains(&wanted), "{wanted} is not among {codes:#?}");
    }
}

#[test]
fn one_fault_does_not_hide_another() {
    let codes = spoilt(|text| {
        text.replace("value = \"37\"", "value = 37")
            .replace("value = \"74/3\"", "value = \"74/0\"")
            .replace("shelf = \"default\"", "shelf = \"top\"")
    });
    assert!(codes.len() >= 10, "{codes:#?}");
}

#[test]
fn what_is_not_toml_is_told_with_its_line() {
    let codes = spoilt(|text| text.replacen("title =", "title", 1));
    assert!(
        codes
            .iter()
            .any(|code| code.starts_with("example/1/measures.toml:7 ")),
        "{codes:#?}"
    );
}
