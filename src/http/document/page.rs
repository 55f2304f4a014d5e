//! The document as it is sent, and the page that shows it.

use actix_web::HttpResponse;
use actix_web::http::header::ContentType;
use actix_web::web::{Bytes, Data, Redirect};
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::http::edges::etag::Digest;

/// Where the document is.
const DOCUMENT: &str = "/openapi.json";

/// The document, written once: it is long, and the same for everybody.
pub struct Sent {
    body: Bytes,
    digest: Digest,
}

impl Sent {
    /// Writes it.
    ///
    /// # Errors
    /// When it cannot be written as JSON, which no document does.
    pub fn of(api: &OpenApi) -> std::io::Result<Self> {
        let text = serde_json::to_string(api)?;
        Ok(Self {
            digest: Digest::of(&text),
            body: Bytes::from(text),
        })
    }
}

/// `GET /openapi.json`.
pub async fn sent(sent: Data<Sent>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    let mut response = response
        .content_type(ContentType::json())
        .body(sent.body.clone());
    response.extensions_mut().insert(sent.digest);
    response
}

/// The page at `/docs/`: without a bar to load other documents, and without the badge that asks a server elsewhere.
pub fn page() -> SwaggerUi {
    let config = Config::new([DOCUMENT])
        .use_base_layout()
        .validator_url("none");
    SwaggerUi::new("/docs/{_:.*}").config(config)
}

/// `/docs` is `/docs/`.
pub async fn to_the_page() -> Redirect {
    Redirect::to("/docs/")
}
