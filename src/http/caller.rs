//! Who asks: the key in `Authorization: Bearer`.

use std::future::Future;
use std::pin::Pin;

use actix_web::http::header::AUTHORIZATION;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, dev};

use crate::operations::{Actor, Office, keys};

use super::problem::Problem;

/// The actor of a request; without a living key there is none, and the answer is 401.
#[derive(Debug, Clone)]
pub struct Caller(pub Actor);

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let office = request.app_data::<Data<Office>>().cloned();
        let header = request
            .headers()
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let key = header
            .and_then(|text| text.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, key)| key.trim().to_owned());
        Box::pin(async move {
            let (Some(office), Some(key)) = (office, key) else {
                return Err(Problem::unauthorised());
            };
            let at = (office.clock)();
            let actor = keys::authenticate(&office, at, &key).await?;
            actor.map(Caller).ok_or_else(Problem::unauthorised)
        })
    }
}
