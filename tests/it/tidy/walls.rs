//! Which folder of `src` may mention what, and which dependency may be named where.

use super::{Fault, fault, is_method, says};
use crate::support::source::Source;

/// A folder of `src`, the folders that it may mention, and what it may never say outside its tests.
struct Layer(
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

/// Arrows point down only, so that each floor can be read, tested and changed without those above.
const LAYERS: &[Layer] = &[
    // What it means is pure: the same arguments, the same answer, on any machine at any hour.
    Layer(
        "domain",
        &["domain"],
        &[
            "async",
            "await",
            "std::env",
            "std::fs",
            "std::io",
            // An address is a value, a socket is not.
            "TcpListener",
            "TcpStream",
            "ToSocketAddrs",
            "UdpSocket",
            "std::process",
            "std::thread",
            "std::time",
            "Instant",
            "SystemTime",
            "Utc::now",
        ],
    ),
    // What is shipped depends on the files of an edition, never on the machine or the hour.
    Layer(
        "catalogue",
        &["catalogue", "domain"],
        &[
            "async",
            "await",
            "std::env",
            "std::net",
            "std::process",
            "std::time",
            "Utc::now",
        ],
    ),
    // What is kept does not know who asks, or how.
    Layer(
        "storage",
        &["storage", "domain"],
        &["std::env", "HttpRequest", "HttpResponse", "StatusCode"],
    ),
    // What can be done is the same over HTTP, from the command line and in a test.
    Layer(
        "operations",
        &["operations", "storage", "catalogue", "domain"],
        &["std::env", "HttpRequest", "HttpResponse", "StatusCode"],
    ),
    // How it speaks; its settings are given to it by the command line.
    Layer(
        "http",
        &["http", "operations", "storage", "catalogue", "domain"],
        &["std::env"],
    ),
    Layer("cli", EVERY_LAYER, &[]),
];

const EVERY_LAYER: &[&str] = &[
    "cli",
    "http",
    "operations",
    "storage",
    "catalogue",
    "domain",
];

/// The files that stand beside the folders of `src`, taken together.
const ROOT: &str = "main";

/// Who may say the name of a dependency, so that each can be replaced from one place.
/// A dependency without a row is refused: a new one says here where it ends.
const DEPENDENCIES: &[(&str, &[&str])] = &[
    ("actix_web", &["http"]), // the framework is how it speaks, and nothing else
    ("anyhow", &["cli", "main"]), // elsewhere a caller must be able to match on an error
    ("arc_swap", &["http", "operations", "storage"]),
    ("askama", &["http"]),
    ("base64", &["http"]),
    ("calamine", &["catalogue"]), // its numbers are binary fractions: one file takes them, as text
    ("chrono", EVERY_LAYER),
    ("clap", &["cli", "main"]),
    ("csv", &["catalogue", "cli", "http", "operations"]),
    ("futures_util", &["storage"]), // rows come one by one there, and nowhere else
    ("getrandom", &["cli", "http", "operations"]), // never below: chance is an argument
    ("governor", &["http"]),
    ("jsonwebtoken", &["http"]),
    ("metrics", &["cli", "http", "operations", "storage"]),
    ("metrics_exporter_prometheus", &["cli", "http"]),
    ("moka", &["http", "operations", "storage"]),
    ("num_bigint", &["domain"]), // exact amounts are a type of the domain; others use that
    ("num_integer", &["domain"]),
    ("num_rational", &["domain"]),
    ("num_traits", &["domain"]),
    ("opentelemetry", &["cli"]), // below it there are spans of `tracing`, whoever gathers them
    ("opentelemetry_otlp", &["cli"]),
    ("opentelemetry_sdk", &["cli"]),
    ("rust_embed", &["catalogue", "http"]),
    ("rust_xlsxwriter", &["cli", "http"]),
    ("rustls", &["http"]),
    ("secrecy", &["cli", "http", "operations", "storage"]),
    (
        "serde",
        &["catalogue", "cli", "http", "operations", "storage"],
    ), // parsing is done at the doors
    ("serde_json", &["cli", "http", "operations", "storage"]),
    ("sha2", EVERY_LAYER),
    ("socket2", &["http"]),
    ("sqlx", &["storage"]), // one place where SQL is written, for both databases
    ("thiserror", EVERY_LAYER),
    ("tokio", &["cli", "http", "main", "operations", "storage"]),
    ("toml", &["catalogue", "cli"]), // files of people: proxies, and the settings of sign-in
    ("tracing", &["cli", "http", "main", "operations", "storage"]), // a pure function has nothing to log
    ("tracing_actix_web", &["http"]),
    ("tracing_opentelemetry", &["cli"]),
    ("tracing_subscriber", &["cli", "main"]),
    ("ureq", &["http"]),
    ("utoipa", &["http"]), // the document describes what is spoken, not what is meant
    ("utoipa_actix_web", &["http"]),
    ("utoipa_swagger_ui", &["http"]),
    ("uuid", EVERY_LAYER),
    ("zip", &["catalogue"]),
];

/// Which folder may mention what.
pub fn walls(source: &Source) -> Vec<Fault> {
    let Some(inside) = source.path.strip_prefix("src/") else {
        return Vec::new();
    };
    let name = inside.split_once('/').map_or(ROOT, |(folder, _)| folder);
    let layer = LAYERS.iter().find(|layer| layer.0 == name);
    if layer.is_none() && !["main.rs", "lib.rs"].contains(&inside) {
        let rule =
            "no such floor: src holds main.rs, lib.rs and the folders in LAYERS of tests/it/tidy";
        return vec![fault(source, 0, rule)];
    }
    let (_, below, never) = layer.map_or((ROOT, EVERY_LAYER, &[][..]), |l| (l.0, l.1, l.2));
    let mut faults = Vec::new();
    for mention in source.mentions() {
        let path: Vec<&str> = mention.path.iter().map(String::as_str).collect();
        let of_house = ["crate", "super", "goodmeasure"].contains(&path[0]);
        let floor = path
            .iter()
            .find(|word| **word != "super" && **word != path[0]);
        let up = |floor: &&&str| EVERY_LAYER.contains(floor) && !below.contains(floor);
        if let Some(floor) = floor.filter(|_| of_house).filter(up) {
            let rule = format!("arrows point down only: {name} may not mention {floor}");
            faults.push(fault(source, mention.at, rule));
        }
        if source.is_test(mention.at) {
            continue; // a test may use more tools, but its arrows point down too
        }
        let dependency = DEPENDENCIES
            .iter()
            .find(|row| path.len() > 1 && row.0 == path[0]);
        if let Some((dependency, _)) = dependency.filter(|row| !row.1.contains(&name)) {
            let rule =
                format!("{dependency} is not said in {name}: see DEPENDENCIES of tests/it/tidy");
            faults.push(fault(source, mention.at, rule));
        }
        if let Some(words) = never.iter().find(|words| says(&path, words)) {
            let rule = format!("{name} knows nothing of `{words}`");
            faults.push(fault(source, mention.at, rule));
        }
        let begins = path == ["begin"] && is_method(source, &mention);
        if begins && !["operations", "storage"].contains(&name) {
            let rule = "a transaction begins in an operation: what spans two statements is one";
            faults.push(fault(source, mention.at, rule));
        }
    }
    faults
}

/// Each dependency is somebody else's code that we answer for: a comment above it says why, and a row in
/// DEPENDENCIES says where (tests may use any).
pub fn dependencies(manifest: &str) -> Vec<Fault> {
    let (mut faults, mut section, mut before) = (Vec::new(), "", "");
    for (number, line) in manifest.lines().enumerate() {
        let mut refuse = |rule: String| {
            let path = "Cargo.toml".to_owned();
            faults.push(Fault {
                path,
                line: number + 1,
                rule,
            });
        };
        let key = line.split_once(" =").map(|(key, _)| key.replace('-', "_"));
        if line.starts_with('[') {
            section = line.trim_matches(['[', ']']);
        } else if let Some(key) = key.filter(|_| section.ends_with("dependencies")) {
            if !before.starts_with('#') {
                refuse(format!("{key}: a comment above it says why it is here"));
            }
            if section == "dependencies" && !DEPENDENCIES.iter().any(|row| row.0 == key) {
                refuse(format!("{key}: no row in DEPENDENCIES of tests/it/tidy"));
            }
        }
        before = line;
    }
    faults
}
