//! The route table: every operation, once.

use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{organisations, roll_ups, system};

/// Everything that is documented.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(system::healthz)
        .service(system::readyz)
        .service(scope("/v1").configure(v1));
}

fn v1(config: &mut ServiceConfig<'_>) {
    config
        .service(organisations::post_organisation)
        .service(organisations::list_organisations)
        .service(organisations::get_organisation)
        .service(roll_ups::get_roll_up);
}
