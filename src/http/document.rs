//! The OpenAPI document, made from the route table.

use actix_web::App;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContactBuilder, Info, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder,
    SecurityRequirement,
};
use utoipa_actix_web::AppExt;

use super::routes::routes;

const DESCRIPTION: &str = "Good Measure counts social value. Commissioners post contracts and commitments, suppliers report quarterly \
returns with evidence, commissioners decide them, and every accepted quantity becomes pounds that explain themselves.\n\n\
Decimals and money are texts (`\"12.5\"`, `\"1234.56\"`) in both directions. Days are ISO (`2026-04-01`), times are UTC. \
Periods have labels: `2026-27` (financial year), `2026-27-Q1`, `2026-04`. \
Every operation but health and documentation wants a key: `Authorization: Bearer gm_<partnership>_<secret>`.";

/// The document of all operations.
#[must_use]
pub fn document() -> OpenApi {
    let (_, mut api) = App::new()
        .into_utoipa_app()
        .openapi(frame())
        .configure(routes)
        .split_for_parts();
    api.info = info();
    api
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
            .description(Some("gm_<partnership>_<secret>"))
            .build(),
    );
    OpenApiBuilder::new()
        .info(info())
        .components(Some(
            ComponentsBuilder::new()
                .security_scheme("key", bearer)
                .build(),
        ))
        .security(Some([SecurityRequirement::new(
            "key",
            Vec::<String>::new(),
        )]))
        .build()
}
