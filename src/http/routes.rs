//! The route table: every operation, once.

use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{
    audit, calculations, commitments, contract_imports, contracts, keys, measures, organisations,
    places, proxy_editions, publications, returns, roll_ups, series, system, taxonomies,
};

/// Everything that is documented.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(system::healthz)
        .service(system::readyz)
        .service(scope("/v1").configure(v1));
}

fn v1(config: &mut ServiceConfig<'_>) {
    config
        // First what is asked most: routes are tried in this order, and each with a parameter takes its time.
        .service(roll_ups::get_roll_up)
        .service(roll_ups::cell::get_cell_working)
        .service(organisations::post_organisation)
        .service(organisations::list_organisations)
        .service(organisations::get_organisation)
        .configure(of_contracts)
        .service(publications::post_publication)
        .service(publications::list_all_publications)
        .service(publications::get_publication)
        .service(publications::access::post_access)
        .service(publications::difference::get_difference)
        .service(publications::public::list_public_publications)
        .service(publications::public::get_public_publication)
        .service(places::post_place)
        .service(places::list_places)
        .service(places::get_place)
        .service(taxonomies::list_taxonomies)
        .service(taxonomies::get_taxonomy)
        .service(measures::list_measures)
        .service(measures::get_measure)
        .service(series::list_series)
        .service(series::bringing::post_series)
        .service(series::get_series)
        .service(proxy_editions::bringing::get_template)
        .service(proxy_editions::bringing::post_edition)
        .service(proxy_editions::bringing::put_edition)
        .service(proxy_editions::steps::post_proposal)
        .service(proxy_editions::steps::post_approval)
        .service(proxy_editions::steps::post_edition_publication)
        .service(proxy_editions::steps::post_withdrawal)
        .service(proxy_editions::list_editions)
        .service(proxy_editions::get_edition)
        .service(proxy_editions::difference::get_edition_difference)
        .service(proxy_editions::list_proxies)
        .service(proxy_editions::get_measure_proxies)
        .service(calculations::post_calculation)
        .service(calculations::appraisal::post_appraisal)
        .service(calculations::portfolio::post_portfolio)
        .service(keys::post_key)
        .service(keys::list_all_keys)
        .service(keys::get_key)
        .service(keys::rotation::post_rotation)
        .service(keys::revocation::post_revocation)
        .service(audit::list_audit);
}

/// What is said of contracts: promised, reported, decided, valued.
fn of_contracts(config: &mut ServiceConfig<'_>) {
    config
        .service(contracts::post_contract)
        .service(contracts::bulk::post_contracts)
        .service(contracts::list_contracts)
        .service(contract_imports::post_contract_import)
        .service(contracts::get_contract)
        .service(contracts::amendments::post_contract_amendment)
        .service(contracts::amendments::list_contract_amendments)
        .service(contracts::amendments::get_contract_amendment)
        .service(contracts::value::get_contract_value)
        .service(contracts::working::get_contract_working)
        .service(contracts::rebasings::post_rebasing)
        .service(contracts::rebasings::list_rebasings)
        .service(contracts::rebasings::get_rebasing)
        .service(contracts::bridge::get_bridge)
        .service(commitments::post_commitment)
        .service(commitments::bulk::post_commitments)
        .service(commitments::list_commitments)
        .service(commitments::get_commitment)
        .service(commitments::amendments::post_commitment_amendment)
        .service(commitments::amendments::list_commitment_amendments)
        .service(commitments::amendments::get_commitment_amendment)
        .service(returns::across::list_all_returns)
        .service(returns::put_one_return)
        .service(returns::bulk::post_returns)
        .service(returns::read::list_returns)
        .service(returns::read::get_return)
        .service(returns::submission::post_submission)
        .service(returns::decision::post_decision)
        .service(returns::working::get_working);
}
