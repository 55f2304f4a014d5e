//! A request that changes something: carried out once under its `Idempotency-Key`, or only tried with `dry_run=true`,
//! and only upon what the one who asks has seen (`If-Match`).

use std::future::{Ready, ready};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev};
use sha2::{Digest, Sha256};

use crate::domain::fault::Fault;
use crate::domain::moment::Moment;
use crate::operations::carry_out::{Answer as Kept, CarriedOut, How, Once, carry_out};
use crate::operations::seen::Seen;
use crate::operations::{Actor, Hand, Office, Refusal};
use crate::storage::Tx;

use super::answer::Answer;
use super::caller::Caller;
use super::edges::etag::{Named, named};
use super::edges::if_match::{IfMatch, if_match};
use super::problem::Problem;
use super::query::Query;

/// The header that names a request.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// The header of an answer that was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// The header of an answer that changed nothing.
const DRY_RUN: HeaderName = HeaderName::from_static("dry-run");
/// The longest name of a request, in characters.
const LONGEST_KEY: usize = 255;

/// Everything that carrying out a request rests on, but for its body.
#[derive(Clone)]
pub struct Writing {
    /// Where it is carried out.
    pub office: Data<Office>,
    /// Who asks.
    pub caller: Caller,
    /// What they have seen of the thing they change.
    pub seen: Seen,
    dry_run: bool,
    key: Option<String>,
    /// Method, path and query.
    asked: String,
}

impl FromRequest for Writing {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Self::with(request, |_| ()).map(|(writing, ())| writing))
    }
}

impl Writing {
    /// Of a request that takes more parameters than others do.
    ///
    /// # Errors
    /// What is wrong with its parameters and headers.
    pub fn with<T>(
        request: &HttpRequest,
        more: impl FnOnce(&mut Query) -> T,
    ) -> Result<(Self, T), Problem> {
        let caller = Caller::of(request)?;
        let office = request.app_data::<Data<Office>>().cloned();
        let office = office.ok_or_else(Problem::unauthorised)?;
        let mut query = Query::of(request)?;
        let dry_run = query.flag("dry_run").unwrap_or(false);
        let more = more(&mut query);
        query.end()?;
        let key = match request.method().as_str() {
            "POST" => idempotency_key(request.headers())?,
            _ => None,
        };
        let writing = Self {
            seen: seen(request.headers())?,
            asked: format!("{} {}", request.method(), request.uri()),
            office,
            caller,
            dry_run,
            key,
        };
        Ok((writing, more))
    }

    /// The same for one item of it, about the contract of that item, of which nothing is said to have been seen.
    pub fn about(&self, caller: Caller) -> Self {
        Self {
            caller,
            seen: Seen::Unsaid,
            ..self.clone()
        }
    }

    /// Whether it is only tried.
    pub fn is_dry_run(&self) -> bool {
        self.dry_run
    }

    /// Who asks.
    pub fn actor(&self) -> &Actor {
        &self.caller.actor
    }

    /// Now. A body may take half a minute to arrive, and whoever keeps a copy asks for what was recorded since, so
    /// that the clock is read where work begins, and not where the request did.
    pub fn at(&self) -> Moment {
        (self.office.clock)()
    }

    /// The hand that does it, now.
    pub fn hand(&self) -> Hand<'_> {
        self.office.hand(self.actor(), self.at())
    }

    /// Carries it out, in one transaction with the answer to it. `body` is the digest of the body.
    ///
    /// # Errors
    /// What the work refuses, and what stands against the names and versions given.
    pub async fn carry_out(
        &self,
        contract: Option<&str>,
        body: &str,
        work: impl AsyncFn(&mut Tx) -> Result<Answer, Refusal>,
    ) -> Result<HttpResponse, Problem> {
        let contracts = contract.map(str::to_owned).into_iter().collect();
        let outcome = self.carry_out_part(contracts, ("", body), work).await?;
        let (answer, replayed) = match outcome {
            CarriedOut::Done(answer) if self.dry_run => (answer.of_nothing_kept(), false),
            CarriedOut::Done(answer) => (answer, false),
            CarriedOut::Replayed(answer) => (answer, true),
        };
        Ok(self.mark(answer.response(), replayed))
    }

    /// Carries out a part of it, in one transaction with the answer to that part. The name of the part goes behind the
    /// `Idempotency-Key`, so that a repetition finds what each part answered: no key that is sent has a space in it.
    ///
    /// # Errors
    /// As [`Writing::carry_out`].
    pub async fn carry_out_part<T: Kept>(
        &self,
        contracts: Vec<String>,
        (part, body): (&str, &str),
        work: impl AsyncFn(&mut Tx) -> Result<T, Refusal>,
    ) -> Result<CarriedOut<T>, Refusal> {
        let once = self.key.as_ref().map(|key| Once {
            key: match part {
                "" => key.clone(),
                part => format!("{key} {part}"),
            },
            fingerprint: digest(format!("{}\n{body}", self.asked).as_bytes()),
        });
        let how = How {
            contracts,
            dry_run: self.dry_run,
            once,
        };
        carry_out(&self.office, self.actor(), self.at(), &how, work).await
    }

    /// Says on an answer whether it was given before, and whether it changed nothing.
    pub fn mark(&self, mut response: HttpResponse, replayed: bool) -> HttpResponse {
        let said = HeaderValue::from_static("true");
        if replayed {
            response.headers_mut().insert(REPLAYED, said.clone());
        }
        if self.dry_run {
            response.headers_mut().insert(DRY_RUN, said);
        }
        response
    }
}

/// SHA-256 in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bad_header(name: &str, message: &str) -> Problem {
    Problem::bad_header(vec![Fault::new(name, "bad_header", message)])
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut given = headers.get_all(IDEMPOTENCY_KEY);
    let Some(value) = given.next() else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default().trim();
    // The standard in the making writes it as a quoted text; most clients do not.
    let text = text.trim_matches('"');
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
    let fits = (1..=LONGEST_KEY).contains(&text.len()) && text.bytes().all(plain);
    if !fits || given.next().is_some() {
        let message = "give it once: 1 to 255 letters, digits and signs, such as a UUID";
        return Err(bad_header("Idempotency-Key", message));
    }
    Ok(Some(text.to_owned()))
}

/// What `If-Match` and `If-None-Match: *` say.
fn seen(headers: &HeaderMap) -> Result<Seen, Problem> {
    match (if_match(headers), named(headers, &IF_NONE_MATCH)) {
        (None, None) => Ok(Seen::Unsaid),
        (None, Some(Named::Any)) => Ok(Seen::Absent),
        (Some(IfMatch::Any), None) => Ok(Seen::Anything),
        (Some(IfMatch::Versions(versions)), None) => Ok(Seen::Versions(versions)),
        _ => {
            let message = "a request that changes something takes If-Match, or If-None-Match: *";
            Err(bad_header("If-None-Match", message))
        }
    }
}
