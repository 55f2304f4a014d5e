//! Who may do what: asked of the policy for every request under `/v1`, before anything of it is read. What depends
//! on the body as well, a handler asks through its caller.

use actix_web::Error;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, ResponseError};

use crate::domain::moment::Moment;
use crate::domain::policy::{Action, Standing, Verdict, decide, decide_all};
use crate::operations::audit::{self, Entry};
use crate::operations::{Actor, Office, keys};

use super::caller::Caller;
use super::edges::rate_limits::charge_holder;
use super::fallback::{Paths, refused};
use super::peer::Peer;
use super::plain_path::decoded;
use super::problem::{Code, Problem};
use super::sign_in::{SignIn, actor_of, is_token};

/// The action of an operation, by its method and path. An operation that is not here answers nobody.
#[must_use]
pub fn action(method: &str, path: &str) -> Option<Action> {
    Some(match (method, path) {
        ("GET", "/v1/places" | "/v1/places/{code}")
        | ("GET", "/v1/taxonomies" | "/v1/taxonomies/{code}")
        | ("GET", "/v1/measures" | "/v1/measures/{code}")
        | ("GET", "/v1/series" | "/v1/series/{name}")
        | ("GET", "/v1/proxy-editions" | "/v1/proxy-editions/{set}/{edition}")
        | ("GET", "/v1/proxy-editions/{set}/{edition}/proxies")
        | ("GET", "/v1/proxy-editions/{set}/{edition}/proxies/{measure}") => Action::ReadReference,
        ("GET", "/v1/proxy-editions/template.csv") => Action::ReadReference,
        ("GET", "/v1/proxy-editions/{set}/{edition}/difference") => Action::ReadReference,
        ("POST", "/v1/series") => Action::GovernEditions,
        ("POST", "/v1/proxy-editions") | ("PUT", "/v1/proxy-editions/{set}/{edition}") => {
            Action::GovernEditions
        }
        ("POST", "/v1/proxy-editions/{set}/{edition}/proposal")
        | ("POST", "/v1/proxy-editions/{set}/{edition}/approval")
        | ("POST", "/v1/proxy-editions/{set}/{edition}/publication")
        | ("POST", "/v1/proxy-editions/{set}/{edition}/withdrawal") => Action::GovernEditions,
        ("POST", "/v1/calculations" | "/v1/calculations/appraisal")
        | ("POST", "/v1/calculations/portfolio") => Action::Calculate,
        ("GET", "/v1/organisations" | "/v1/organisations/{id}") => Action::ReadOrganisations,
        ("POST", "/v1/organisations") => Action::AddOrganisation,
        ("POST", "/v1/places") => Action::AddPlace,
        ("GET", "/v1/contracts" | "/v1/returns") => Action::ListContracts,
        ("POST", "/v1/contracts" | "/v1/contract-imports") => Action::AskForContract,
        ("POST", "/v1/contracts/bulk") => Action::AskForContract,
        ("POST", "/v1/commitments/bulk") => Action::AskToCommit,
        ("POST", "/v1/returns/bulk") => Action::AskToReport,
        (
            "GET",
            "/v1/contracts/{id}" | "/v1/contracts/{id}/value" | "/v1/contracts/{id}/bridge",
        )
        | ("GET", "/v1/contracts/{id}/rebasings" | "/v1/contracts/{id}/rebasings/{number}")
        | ("GET", "/v1/contracts/{id}/working")
        | ("GET", "/v1/contracts/{id}/amendments")
        | ("GET", "/v1/contracts/{id}/amendments/{version}")
        | ("GET", "/v1/contracts/{id}/commitments")
        | ("GET", "/v1/contracts/{id}/commitments/{number}")
        | ("GET", "/v1/contracts/{id}/commitments/{number}/amendments")
        | ("GET", "/v1/contracts/{id}/commitments/{number}/amendments/{version}")
        | ("GET", "/v1/contracts/{id}/returns")
        | ("GET", "/v1/contracts/{id}/returns/{period}")
        | ("GET", "/v1/contracts/{id}/returns/{period}/working") => Action::ReadContract,
        ("POST", "/v1/contracts/{id}/amendments" | "/v1/contracts/{id}/rebasings")
        | ("POST", "/v1/contracts/{id}/commitments")
        | ("POST", "/v1/contracts/{id}/commitments/{number}/amendments") => Action::AmendContract,
        ("PUT", "/v1/contracts/{id}/returns/{period}")
        | ("POST", "/v1/contracts/{id}/returns/{period}/submission") => Action::Report,
        ("POST", "/v1/contracts/{id}/returns/{period}/decision") => Action::Decide,
        ("GET", "/v1/roll-ups" | "/v1/roll-ups/working") => Action::RollUp,
        ("POST", "/v1/publications" | "/v1/publications/{id}/access") => Action::Publish,
        ("GET", "/v1/publications" | "/v1/publications/{id}")
        | ("GET", "/v1/publications/{id}/difference") => Action::ReadPublications,
        ("GET", "/v1/public/{partnership}/publications")
        | ("GET", "/v1/public/{partnership}/publications/{id}") => Action::ReadPublic,
        ("GET", "/v1/audit") => Action::ReadAudit,
        ("GET" | "POST", "/v1/keys")
        | ("GET", "/v1/keys/{id}")
        | ("POST", "/v1/keys/{id}/rotation" | "/v1/keys/{id}/revocation") => Action::ManageKeys,
        _ => return None,
    })
}

/// Lets a request through when the policy says so, with its caller; else it is answered here.
pub async fn access<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let asked = asked(&request);
    if asked.is_none()
        && let Some(response) = not_taken(request.request())
    {
        return Ok(request.into_response(response).map_into_right_body());
    }
    if let Some(asked) = asked {
        match caller(request.request(), asked).await {
            Ok(()) => {}
            Err(problem) => {
                let response = problem.error_response();
                return Ok(request.into_response(response).map_into_right_body());
            }
        };
    }
    let response = next.call(request).await?;
    if let Some(asked) = asked.filter(|_| response.status() == StatusCode::FORBIDDEN) {
        let code = response.response().extensions().get::<Code>().copied();
        let known = response.request().extensions().get::<Caller>().cloned();
        if let Some(caller) = known {
            let code = code.unwrap_or(Code::MayNot);
            note_refused(response.request(), &caller, asked, code);
        }
    }
    Ok(response.map_into_left_body())
}

/// The action of a request. A path that is a route to the letter needs no search through all the others.
fn asked(request: &ServiceRequest) -> Option<Action> {
    let (method, path) = (request.method().as_str(), request.path());
    let plain = Some(path).filter(|path| !path.contains('{'));
    let asked = plain.and_then(|path| action(method, path));
    asked.or_else(|| action(method, &request.match_pattern()?))
}

/// Answers a method that a path does not take, also where the path would be another one's: `/v1/contracts/bulk` is no
/// contract to be read.
fn not_taken(request: &HttpRequest) -> Option<HttpResponse> {
    let paths = request.app_data::<Data<Paths>>()?;
    let methods = paths.allow(request.path())?;
    let method = request.method().as_str();
    let taken = methods.split(", ").any(|one| one == method);
    (!taken).then(|| refused(request, paths))
}

/// Leaves in the audit that somebody asked for what they may not do (L8). Nobody waits for it.
pub fn note_refusal(
    office: &Office,
    actor: &Actor,
    at: Moment,
    asked: Action,
    contract: Option<&str>,
    code: Code,
) {
    let entry = match contract {
        Some(id) => Entry::of(asked.word(), "contract", id).of_contract(id),
        None => Entry::of(asked.word(), "partnership", &actor.partnership),
    };
    audit::refused(office, actor, at, &entry, code.word());
}

/// The same of a request.
fn note_refused(request: &HttpRequest, caller: &Caller, asked: Action, code: Code) {
    if let Some(office) = request.app_data::<Data<Office>>() {
        let (at, contract) = ((office.clock)(), contract_in(request));
        note_refusal(office, &caller.actor, at, asked, contract.as_deref(), code);
    }
}

/// Finds out who asks, for all who come after, and lets them through when the policy says that they may.
async fn caller(request: &HttpRequest, action: Action) -> Result<(), Problem> {
    // What everybody may do is asked by nobody in particular, whatever key they send.
    if is_open(action) {
        return Ok(());
    }
    let office = request.app_data::<Data<Office>>();
    let office = office.ok_or_else(Problem::unauthorised)?;
    let at = (office.clock)();
    let actor = actor(office, request, at).await?;
    charge_holder(request, &actor)?;
    let mut caller = Caller::new(actor, at.day());
    // Told already, so that a refusal says in the journal who was refused.
    request.extensions_mut().insert(caller.clone());
    let stranger = decide_all(&caller.actor.grants, action, |_| Standing::Stranger);
    let verdict = match contract_in(request) {
        // No standing could tell more.
        Some(_) if caller.sees_all() => stranger,
        Some(id) => {
            caller = caller.about(office, &id).await?;
            caller.verdict(action)
        }
        None => decide_all(&caller.actor.grants, action, |_| Standing::NotAsked),
    };
    match verdict {
        Verdict::May => {
            request.extensions_mut().insert(caller);
            Ok(())
        }
        Verdict::MayNot => {
            note_refused(request, &caller, action, Code::MayNot);
            Err(Problem::may_not())
        }
        Verdict::NotThere => {
            // To look for what one may not see is nothing yet; to change it is worth knowing.
            if [Action::AmendContract, Action::Report, Action::Decide].contains(&action) {
                note_refused(request, &caller, action, Code::NotFound);
            }
            Err(Problem::not_found("contract"))
        }
        Verdict::SignIn => Err(Problem::unauthorised()),
    }
}

/// Whether everybody may do something, without a key.
#[must_use]
pub fn is_open(action: Action) -> bool {
    decide(None, action, Standing::NotAsked) == Verdict::May
}

/// The id of the contract that a path is about.
fn contract_in(request: &HttpRequest) -> Option<String> {
    let rest = request.path().strip_prefix("/v1/contracts/")?;
    let id = decoded(rest.split('/').next()?)?;
    (request.match_pattern()? != "/v1/contracts/bulk").then_some(id)
}

async fn actor(office: &Office, request: &HttpRequest, at: Moment) -> Result<Actor, Problem> {
    // Of two, somebody in between could check the one, and mean the other.
    let mut headers = request.headers().get_all(AUTHORIZATION);
    let header = headers.next().filter(|_| headers.next().is_none());
    let key = header
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, key)| key.trim());
    let key = key.ok_or_else(Problem::unauthorised)?;
    let sign_in = request.app_data::<Data<SignIn>>();
    if let Some(sign_in) = sign_in.filter(|_| is_token(key)) {
        return actor_of(sign_in, at, key).await;
    }
    let address = request.extensions().get::<Peer>().map(|peer| peer.0);
    let actor = keys::authenticate(office, at, key, address).await?;
    actor.ok_or_else(Problem::unauthorised)
}
