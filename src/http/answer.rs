//! An answer to what changes something, as it is kept under the name of the request and given again.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, ContentType, ETAG, LOCATION};
use actix_web::web::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::operations::{self, Refusal};

use super::edges::etag::{Digest, Version, of_version};

/// Status, location, version and body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    status: u16,
    location: Option<String>,
    version: Option<String>,
    body: String,
    /// What is kept of it, where that is not its body.
    #[serde(skip)]
    kept: Option<String>,
}

impl Answer {
    /// 200.
    ///
    /// # Errors
    /// When the body cannot be written as JSON, which no shown thing does.
    pub fn ok(body: &impl Serialize) -> Result<Self, Refusal> {
        Self::of(200, None, body)
    }

    /// 201 with `Location`.
    ///
    /// # Errors
    /// As [`Answer::ok`].
    pub fn created(location: String, body: &impl Serialize) -> Result<Self, Refusal> {
        Self::of(201, Some(location), body)
    }

    /// The same with the version that the next change must have seen.
    #[must_use]
    pub fn with_version(mut self, version: String) -> Self {
        self.version = Some(version);
        self
    }

    /// The same, of which something else is kept than is sent, because it holds a secret.
    ///
    /// # Errors
    /// As [`Answer::ok`].
    pub fn kept_as(mut self, body: &impl Serialize) -> Result<Self, Refusal> {
        self.kept = Some(written(body)?);
        Ok(self)
    }

    /// The same where nothing was kept: no place, no version, and no secret.
    #[must_use]
    pub fn of_nothing_kept(self) -> Self {
        Self {
            location: None,
            version: None,
            body: self.kept.unwrap_or(self.body),
            kept: None,
            ..self
        }
    }

    fn of(status: u16, location: Option<String>, body: &impl Serialize) -> Result<Self, Refusal> {
        Ok(Self {
            status,
            location,
            version: None,
            body: written(body)?,
            kept: None,
        })
    }

    /// The same where an earlier step made the thing: its status and location are those of the first step.
    #[must_use]
    pub fn made_by(mut self, first: Self) -> Self {
        (self.status, self.location) = (first.status, first.location);
        self
    }

    /// As one of several answers in a body.
    ///
    /// # Errors
    /// As [`Answer::ok`].
    pub fn among(self, index: usize) -> Result<Done, Refusal> {
        let etag = self.version.map(|version| quoted(&version, &self.body));
        let body = RawValue::from_string(self.body).map_err(|_| unwritable())?;
        Ok(Done {
            index,
            status: self.status,
            location: self.location,
            etag,
            body: Some(body),
        })
    }

    /// As it is sent.
    pub fn response(self) -> HttpResponse {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let mut response = HttpResponse::build(status);
        response.insert_header((CONTENT_TYPE, "application/json"));
        if let Some(location) = self.location {
            response.insert_header((LOCATION, location));
        }
        if let Some(version) = self.version {
            response.insert_header((ETAG, quoted(&version, &self.body)));
        }
        response.body(self.body)
    }
}

/// One of several answers.
#[derive(Debug, Serialize)]
pub struct Done {
    index: usize,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<String>,
    /// The version that the next change must have seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// What it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Box<RawValue>>,
}

fn quoted(version: &str, body: &str) -> String {
    format!("\"{}\"", of_version(version, body))
}

fn unwritable() -> Refusal {
    Refusal::Failed("the answer cannot be written".to_owned())
}

impl operations::carry_out::Answer for Answer {
    fn kept(&self) -> String {
        let kept = Self {
            body: self.kept.clone().unwrap_or_else(|| self.body.clone()),
            ..self.clone()
        };
        serde_json::to_string(&kept).unwrap_or_default()
    }

    fn read(kept: &str) -> Option<Self> {
        serde_json::from_str(kept).ok()
    }
}

fn written(body: &impl Serialize) -> Result<String, Refusal> {
    serde_json::to_string(body).map_err(|_| unwritable())
}

/// 200 of a version that the next change must have seen.
pub fn read_version(version: String, body: &impl Serialize) -> HttpResponse {
    let mut response = HttpResponse::Ok().json(body);
    response.extensions_mut().insert(Version(version));
    response
}

/// 200 whose body says when it was read: its tag does not, so that it stays while nothing changes. A clone shares
/// the body.
#[derive(Debug, Clone)]
pub struct ReadAt {
    /// As it is sent.
    pub body: Bytes,
    digest: Digest,
}

impl ReadAt {
    /// Writes the body, which says `as_of` once.
    ///
    /// # Errors
    /// As [`Answer::ok`].
    pub fn of(as_of: &str, body: &impl Serialize) -> Result<Self, Refusal> {
        let text = written(body)?;
        let digest = Digest::of_timeless(&text.replacen(as_of, "", 1));
        let body = Bytes::from(text);
        Ok(Self { body, digest })
    }

    /// As it is sent.
    pub fn response(self) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        let mut response = response.content_type(ContentType::json()).body(self.body);
        response.extensions_mut().insert(self.digest);
        response
    }
}
