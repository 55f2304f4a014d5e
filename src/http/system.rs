//! `/healthz`, `/readyz`: whether the program lives, and whether it can work.

use std::time::Duration;

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use serde::Serialize;
use tokio::sync::Mutex;
use utoipa::ToSchema;

use crate::domain::moment::Moment;
use crate::operations::{Office, Refusal};
use crate::storage::StorageError;

use super::problem::{Code, Problem};

/// Who asks whether to send requests here waits a second (as Kubernetes does), and wants to be told by then.
const LONGEST_PROBE: Duration = Duration::from_millis(800);

/// How it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok`.
    #[schema(example = "ok")]
    pub status: String,
    /// Version of the program.
    #[schema(example = "0.1.0")]
    pub version: String,
}

impl Health {
    fn ok() -> Self {
        Self {
            status: "ok".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// Says that the program lives
///
/// No key is needed, and the database is not asked.
#[utoipa::path(tag = "system", security(()), responses((status = 200, description = "It lives", body = Health)))]
#[get("/healthz")]
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().json(Health::ok())
}

/// What the database said last. Nobody but one asks it at a time, however many want to know, and what it said is good
/// for a moment.
#[derive(Default)]
pub struct LastProbe(Mutex<Option<(Moment, Result<(), Problem>)>>);

/// How long that is, in microseconds.
const FRESH: i64 = 250_000;

impl LastProbe {
    async fn of(&self, office: &Office) -> Result<(), Problem> {
        let mut last = self.0.lock().await;
        let now = (office.clock)().micros();
        if let Some((at, said)) = last.as_ref()
            && (0..FRESH).contains(&(now - at.micros()))
        {
            return said.clone();
        }
        let said = probe(office).await.map_err(Problem::from);
        *last = Some(((office.clock)(), said.clone()));
        said
    }
}

async fn probe(office: &Office) -> Result<(), Refusal> {
    let asked = tokio::time::timeout(LONGEST_PROBE, office.store.is_migrated());
    let too_long = || StorageError::Unavailable("it gave no answer in time".to_owned());
    if !asked.await.unwrap_or_else(|_| Err(too_long()))? {
        return Err(StorageError::NotMigrated.into());
    }
    Ok(())
}

/// Says whether the program can work
///
/// No key is needed. Fails while the database cannot be reached or has not the tables of this version.
#[utoipa::path(tag = "system", security(()), responses(
    (status = 200, description = "It can work", body = Health),
),
    extensions(("x-problems" = json!([Code::Unavailable]))),
)]
#[get("/readyz")]
pub async fn readyz(office: Data<Office>, last: Data<LastProbe>) -> Result<HttpResponse, Problem> {
    last.of(&office).await?;
    Ok(HttpResponse::Ok().json(Health::ok()))
}
