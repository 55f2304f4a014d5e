//! Headers and parameters that operations of a kind share: what a request may say beside its body, and what an answer
//! says beside its own.

use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{Object, Type};
use utoipa::openapi::{Components, Ref, RefOr, Required};

use super::kind::Kind;
use crate::http::problem::Code;

/// Headers of answers, with what each says and an example.
const HEADERS: [(&str, &str, &str); 9] = [
    (
        "Dry-Run",
        "`true` where `dry_run=true` was asked: nothing was stored.",
        "true",
    ),
    (
        "ETag",
        "Version of what is shown. Send it as `If-None-Match` to be told in a few bytes that it is the newest, and as \
        `If-Match` to change what you have read, and nothing newer.",
        "\"3-0123456789abcdef\"",
    ),
    (
        "Idempotent-Replayed",
        "`true` where a request with this `Idempotency-Key` was carried out before: this is the answer to it.",
        "true",
    ),
    (
        "Location",
        "Path of what was made.",
        "/v1/contracts/01890a5d-ac96-774b-bcce-b302099a8057",
    ),
    (
        "RateLimit",
        "How you stand with each limit that counts this request: what is left (`r`), and the seconds until there is more (`t`).",
        "\"address\";r=599;t=1, \"key\";r=299;t=1",
    ),
    (
        "RateLimit-Policy",
        "The limits: how much (`q`) in how many seconds (`w`).",
        "\"address\";q=600;w=60, \"key\";q=300;w=60",
    ),
    (
        "Retry-After",
        "Seconds after which the same request may succeed.",
        "5",
    ),
    (
        "WWW-Authenticate",
        "`Bearer`; with `error=\"invalid_token\"` where an access token was refused.",
        "Bearer",
    ),
    (
        "X-Request-Id",
        "Names the request in the log of the server.",
        "01890a5d-ac96-774b-bcce-b302099a8060",
    ),
];

/// Names every header and parameter, once.
pub fn name(components: &mut Components) {
    for (name, description, example) in HEADERS {
        let header = header(name, description, example).into();
        components.headers.insert(name.to_owned(), header);
    }
    for (name, parameter) in parameters() {
        components
            .parameters
            .insert(name.to_owned(), parameter.into());
    }
}

fn header(name: &str, description: &str, example: &str) -> Header {
    let (schema, example) = match (name, example.parse::<u32>()) {
        ("Retry-After", Ok(seconds)) => (Object::with_type(Type::Integer), seconds.into()),
        _ => (Object::with_type(Type::String), example.into()),
    };
    HeaderBuilder::new()
        .description(Some(description))
        .schema(Some(schema))
        .example(Some(example))
        .build()
}

/// The parameters that operations share, by name.
fn parameters() -> [(&'static str, Parameter); 5] {
    let text = |pattern: Option<&str>| {
        let mut object = Object::with_type(Type::String);
        object.pattern = pattern.map(str::to_owned);
        object
    };
    let one = |name: &str, place: ParameterIn, description: &str, schema: Object| {
        ParameterBuilder::new()
            .name(name)
            .parameter_in(place)
            .required(Required::False)
            .description(Some(description))
            .schema(Some(schema))
            .build()
    };
    let mut absent = text(None);
    absent.enum_values = Some(vec!["*".into()]);
    [
        (
            "DryRun",
            one(
                "dry_run",
                ParameterIn::Query,
                "`true`: check everything and answer the same, and store nothing.",
                Object::with_type(Type::Boolean),
            ),
        ),
        (
            "IdempotencyKey",
            one(
                "Idempotency-Key",
                ParameterIn::Header,
                "Names this request, for 24 hours: its repetition is answered as it was, and does nothing again. 1 to 255 \
                letters, digits and signs, such as a UUID.",
                text(Some(r#"^"?[!#-\[\]-~]{1,255}"?$"#)),
            ),
        ),
        (
            "IfMatch",
            one(
                "If-Match",
                ParameterIn::Header,
                "`ETag` of what you have read: it is changed only if it is still that. `*`: whatever it is.",
                text(None),
            ),
        ),
        (
            "IfNoneMatch",
            one(
                "If-None-Match",
                ParameterIn::Header,
                "`ETag` of what you hold: 304 if that is still the newest.",
                text(None),
            ),
        ),
        (
            "IfAbsent",
            one(
                "If-None-Match",
                ParameterIn::Header,
                "`*`: only if there is nothing yet.",
                absent,
            ),
        ),
    ]
}

/// Adds to an operation what it takes and answers beside its own.
pub fn tell(operation: &mut Operation, kind: &Kind) {
    let is_api = kind.action.is_some();
    let taken = [
        (kind.is_write, "DryRun"),
        (kind.is_write && kind.is_post, "IdempotencyKey"),
        (kind.asks_version, "IfMatch"),
        (kind.asks_version && !kind.is_post, "IfAbsent"),
        (kind.is_read && is_api, "IfNoneMatch"),
    ];
    for (_, name) in taken.iter().filter(|(is_taken, _)| *is_taken) {
        let named = Ref::new(format!("#/components/parameters/{name}"));
        let parameters = operation.parameters.get_or_insert_default();
        parameters.push(RefOr::Ref(named));
    }
    let answers = &mut operation.responses.responses;
    for (status, response) in answers.iter_mut() {
        let RefOr::T(response) = response else {
            continue;
        };
        of_every_answer(response);
        if !status.starts_with('2') {
            continue;
        }
        let is_tagged = is_api && (kind.is_read || kind.gives_version);
        say(response, is_tagged, "ETag");
        say(response, status == "201", "Location");
        say(response, kind.is_write, "Dry-Run");
        let is_post = kind.is_write && kind.is_post;
        say(response, is_post, "Idempotent-Replayed");
    }
    if kind.is_read && is_api {
        let mut same = ResponseBuilder::new()
            .description("Still what `If-None-Match` names; no body")
            .build();
        of_every_answer(&mut same);
        say(&mut same, true, "ETag");
        answers.insert("304".to_owned(), same.into());
    }
}

/// Adds to a problem the headers that come with it.
pub fn of_problem(response: &mut Response, codes: &[Code]) {
    of_every_answer(response);
    let is = |statuses: &[u16]| {
        let mut given = codes.iter().map(|code| code.status().as_u16());
        given.any(|status| statuses.contains(&status))
    };
    say(response, is(&[429, 503]), "Retry-After");
    say(response, is(&[401]), "WWW-Authenticate");
}

fn of_every_answer(response: &mut Response) {
    for name in ["RateLimit", "RateLimit-Policy", "X-Request-Id"] {
        say(response, true, name);
    }
}

fn say(response: &mut Response, is_said: bool, name: &str) {
    if is_said {
        let named = Ref::new(format!("#/components/headers/{name}"));
        response.headers.insert(name.to_owned(), RefOr::Ref(named));
    }
}
