//! The OpenAPI document, made from the route table.

mod answers;
mod forms;
mod headers;
mod kind;
pub mod page;

use std::collections::BTreeSet;

use actix_web::App;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::schema::ArrayItems;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::{Tag, TagBuilder};
use utoipa::openapi::{
    ComponentsBuilder, ContactBuilder, Info, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder,
    Ref, RefOr, Schema, SecurityRequirement, ServerBuilder,
};
use utoipa_actix_web::AppExt;

use super::problem::{Code, Problem, ProblemFault};
use super::routes::routes;

/// What the operations are about, in the order a reader meets it.
const TAGS: [(&str, &str); 16] = [
    (
        "organisations",
        "Anchor institutions and suppliers, and the bodies they took over from.",
    ),
    (
        "contracts",
        "Contracts with their shares, terms and amendments, and what each is worth so far.",
    ),
    (
        "commitments",
        "What was promised in a contract, and the amendments of it.",
    ),
    (
        "returns",
        "What a supplier reports for a contract and a period: put, submitted, decided, explained.",
    ),
    (
        "roll-ups",
        "Totals over contracts, by the dimensions asked for.",
    ),
    (
        "publications",
        "Roll-ups frozen under a title, and what they would say today.",
    ),
    (
        "public",
        "What anybody may read, without a key: publications that were opened.",
    ),
    ("calculations", "What-if: values lines and stores nothing."),
    ("places", "Areas that value is delivered in."),
    ("taxonomies", "Themes that measures are tagged with."),
    ("measures", "What is measured, and how it may be claimed."),
    (
        "proxy-editions",
        "Published tables of values, each with its source and its working.",
    ),
    (
        "series",
        "Deflators, carbon values, emission factors and rates that values are made with.",
    ),
    (
        "keys",
        "Keys of people and programs: made, rotated and revoked.",
    ),
    ("audit", "Who did what when, and who was refused what."),
    ("system", "Whether the program lives and can work."),
];

const DESCRIPTION: &str = "Good Measure counts social value. Commissioners post contracts and commitments, suppliers report quarterly \
returns with evidence, commissioners decide them, and every accepted quantity becomes pounds that explain themselves.\n\n\
Decimals and money are texts (`\"12.5\"`, `\"1234.56\"`) in both directions. Days are ISO (`2026-04-01`), times are UTC. \
Periods have labels: `2026-27` (financial year), `2026-27-Q1`, `2026-04`. \
Every operation but health, documentation and what is public wants a key, `Authorization: Bearer gm_<partnership>_<secret>`, or the access \
token of a person who signed in.";

/// The document of all operations.
#[must_use]
pub fn document() -> OpenApi {
    let (_, mut api) = App::new()
        .into_utoipa_app()
        .openapi(frame())
        .configure(routes)
        .split_for_parts();
    api.info = info();
    forms::tell(&mut api);
    answers::tell(&mut api);
    name_items(&mut api);
    api
}

/// Names the items of every page, and the body of an item among many: where an item is composed, utoipa copies it into
/// the page, and a client made from the document would have two types of one thing.
fn name_items(api: &mut OpenApi) {
    let Some(known) = &mut api.components else {
        return;
    };
    let names: BTreeSet<String> = known.schemas.keys().cloned().collect();
    for (page, schema) in &mut known.schemas {
        let RefOr::T(Schema::Object(object)) = schema else {
            continue;
        };
        let known = |item: &&str| names.contains(*item);
        let body = page.strip_prefix("BulkItemShown_").filter(known);
        if let (Some(item), Some(body)) = (body, object.properties.get_mut("body")) {
            *body = Ref::from_schema_name(item).into();
        }
        let item = page.strip_prefix("Page_").filter(known);
        if let (Some(item), Some(RefOr::T(Schema::Array(list)))) =
            (item, object.properties.get_mut("items"))
        {
            list.items = ArrayItems::RefOrSchema(Box::new(Ref::from_schema_name(item).into()));
        }
    }
}

/// The operations of a path, each with its method.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let all = [
        ("GET", &mut item.get),
        ("PUT", &mut item.put),
        ("POST", &mut item.post),
        ("DELETE", &mut item.delete),
        ("PATCH", &mut item.patch),
    ];
    all.into_iter()
        .filter_map(|(method, one)| Some((method, one.as_mut()?)))
}

fn info() -> Info {
    InfoBuilder::new()
        .title("Good Measure")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .license(Some(
            LicenseBuilder::new()
                .name("MIT OR Apache-2.0")
                .identifier(Some("MIT OR Apache-2.0"))
                .build(),
        ))
        .contact(Some(
            ContactBuilder::new()
                .name(Some("The Good Measure maintainers"))
                .build(),
        ))
        .build()
}

/// What surrounds the operations: who they are for, and the key they want.
fn frame() -> OpenApi {
    let bearer = SecurityScheme::Http(
        HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some(
                "A key, gm_<partnership>_<secret>, or the access token of a person who signed in",
            ))
            .build(),
    );
    OpenApiBuilder::new()
        .info(info())
        .components(Some(
            ComponentsBuilder::new()
                .security_scheme("key", bearer)
                .schema_from::<Problem>()
                .schema_from::<ProblemFault>()
                .schema_from::<Code>()
                .build(),
        ))
        .security(Some([SecurityRequirement::new(
            "key",
            Vec::<String>::new(),
        )]))
        // Whoever runs it knows where: paths are from the root of the host that serves this.
        .servers(Some([ServerBuilder::new().url("/").build()]))
        .tags(Some(TAGS.map(tag)))
        .build()
}

fn tag((name, description): (&str, &str)) -> Tag {
    TagBuilder::new()
        .name(name)
        .description(Some(description))
        .build()
}
