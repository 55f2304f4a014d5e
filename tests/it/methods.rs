//! What an edition may not say of its methods is refused when it is read, with its file and key (V9, V10, V13).

use std::path::Path;

use goodmeasure::catalogue::Catalogue;

/// The edition of methods with one text changed; what is told of it.
fn told(from: &str, to: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/proxies");
    let folder = tempfile::tempdir().unwrap();
    let mut changed = 0;
    for name in [
        "series/invented-rates.toml",
        "methods/1/edition.toml",
        "methods/1/effects.toml",
        "methods/1/derived.toml",
    ] {
        let text = std::fs::read_to_string(root.join(name)).unwrap();
        changed += text.matches(from).count().min(1);
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text.replacen(from, to, 1)).unwrap();
    }
    assert_eq!(changed, 1, "{from:?} stands in one file");
    let read = Catalogue::shipped_with(&[folder.path().to_owned()]);
    let faults = read.map(|_| Vec::new()).unwrap_or_else(|faults| faults);
    let faults = faults.iter();
    faults
        .map(|fault| format!("{} {}", fault.pointer, fault.code))
        .collect()
}

/// The claim of one measure: others of the file have the same.
const CLAIMED_ONCE: &str = "claim = \"once_at_event\"\nover_time = \"sum\"\nover_places = \"sum\"\nthemes = { act = \"social\" }\nshelf = \"default\"\ncolumn = \"social\"\nvalued_by = \"employment-programme\"";

#[test]
fn v9_what_is_adjusted_twice_or_does_not_fit_is_refused_at_load() {
    let programme = "methods/1/effects.toml/proxy/employment-programme";
    for (from, to, expected) in [
        (
            "value = \"8500\"",
            "value = \"8500\"\nalready_net_of = [\"attribution_to_others\"]",
            format!("{programme}/adjustments/attribution_to_others adjusted_twice"),
        ),
        (
            "value = \"8500\"",
            "value = \"8500\"\nalready_net_of = [\"drop_off\"]",
            format!("{programme}/adjustments/drop_off adjusted_twice"),
        ),
        (
            "deadweight = \"0.4\"",
            "deadweight = \"40\"",
            format!("{programme}/adjustments/deadweight not_a_part"),
        ),
        (
            "deadweight = \"0.4\"",
            "deadweight = \"0.4\"\nmultiplier = \"1.2\"",
            format!("{programme}/adjustments/multiplier multiplier_does_not_fit"),
        ),
        (
            "duration_years = \"2\"\ndrop_off = \"0.3\"\n",
            "drop_off = \"0.3\"\n",
            format!("{programme}/adjustments/drop_off drop_off_without_years"),
        ),
        (
            "drop_off = \"0.3\"\ndiscounted_by = \"discount-rates/standard\"\n",
            "drop_off = \"0.3\"\n",
            format!("{programme}/adjustments/discounted_by schedule_missing"),
        ),
        (
            "drop_off = \"0.3\"\ndiscounted_by = \"discount-rates/standard\"\n",
            "drop_off = \"0.3\"\ndiscounted_by = \"discount-rates/invented\"\n",
            format!("{programme}/adjustments/discounted_by unknown_schedule"),
        ),
        (
            "because = \"The evaluation that a guide to public value metrics tells of.\"\n",
            "",
            format!("{programme}/adjustments/because reason_missing"),
        ),
        (
            CLAIMED_ONCE,
            &CLAIMED_ONCE.replace("once_at_event", "each_period"),
            "methods/1/effects.toml/measure/employment-programme/valued_by duration_does_not_fit"
                .to_owned(),
        ),
    ] {
        assert_eq!(told(from, to), [expected], "{to}");
    }
}

#[test]
fn v13_parts_that_make_no_value_are_refused_at_load() {
    let at = |rest: &str| format!("methods/1/derived.toml/proxy/{rest}");
    for (from, to, expected) in [
        (
            "role = \"transfers\"",
            "role = \"economic\"",
            vec![at("into-work-public/part transfers_missing")],
        ),
        (
            "role = \"transfers\"",
            "role = \"over\"",
            vec![
                at("into-work-public/part/changes-hands role_does_not_fit"),
                at("into-work-public/part transfers_missing"),
            ],
        ),
        (
            "weight = \"0.3\"",
            "weight = \"0.31\"",
            vec![at("mixed-hour/part weights_do_not_add_up")],
        ),
        (
            "value = \"60\"",
            "value = \"0\"",
            vec![at("cost-per-person/part not_a_number")],
        ),
        (
            "role = \"under\"",
            "role = \"over\"",
            vec![at("cost-per-person/part parts_do_not_fit")],
        ),
        (
            "rounded_to = \"100\"",
            "rounded_to = \"0\"",
            vec![at("rounded-parts/part/first/rounded_to not_a_number")],
        ),
        (
            "code = \"second\"",
            "code = \"first\"",
            vec![
                at("rounded-parts/part/first duplicate"),
                at("rounded-parts/part/first duplicate"),
            ],
        ),
        (
            "derivation = \"ratio\"",
            "derivation = \"ratio\"\nvalue = \"4166\"",
            vec![at("cost-per-person/derivation value_unclear")],
        ),
        (
            "derivation = \"sum\"\nprice_year = \"2024-25\"",
            "derivation = \"sum\"\nprice_year = \"2012-13\"",
            vec![at("rounded-parts/price_year price_year_differs")],
        ),
        (
            "code = \"purse\"\ntitle = \"purse\"\nvalue = \"9800\"\nprice_year = \"2012-13\"",
            "code = \"purse\"\ntitle = \"purse\"\nvalue = \"9800\"\nprice_year = \"1912-13\"",
            vec![at(
                "into-work-public/part/purse/price_year price_year_unknown",
            )],
        ),
    ] {
        let mut told = told(from, to);
        told.retain(|one| !one.ends_with("unknown_proxy"));
        assert_eq!(told, expected, "{to}");
    }
}

#[test]
fn v10_growth_that_cannot_be_is_refused_at_load() {
    let older = "methods/1/effects.toml/proxy/older-programme/growth";
    let prices = "price_year = \"2012-13\"\ncoverage = \"as its place\"\nplace = \"united-kingdom\"\nlicence = \"CC0-1.0\"\nmethod = \"Invented.\"\n";
    let growing = |exponent: &str| {
        format!("{prices}growth = {{ series = \"gdp-per-head\", exponent = \"{exponent}\" }}\n")
    };
    assert_eq!(
        told(prices, &growing("1.3")),
        [format!("{older} growth_unknown")]
    );
    assert_eq!(
        told(prices, &growing("much")),
        [format!("{older}/exponent not_a_number")]
    );
}
