//! What no route takes: 404, or 405 with the methods the path does take.

use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use utoipa::openapi::OpenApi;

use super::problem::Problem;

/// Paths of the document with the methods they take.
#[derive(Debug, Clone)]
pub struct Paths(Vec<(Vec<String>, String)>);

impl Paths {
    /// From the document.
    pub fn of(api: &OpenApi) -> Self {
        let paths = api.paths.paths.iter().map(|(path, item)| {
            let methods = [
                ("GET", &item.get),
                ("PUT", &item.put),
                ("POST", &item.post),
                ("DELETE", &item.delete),
                ("PATCH", &item.patch),
            ];
            let taken: Vec<&str> = methods
                .iter()
                .filter(|(_, operation)| operation.is_some())
                .map(|(name, _)| *name)
                .collect();
            (
                path.split('/').map(str::to_owned).collect(),
                taken.join(", "),
            )
        });
        Self(paths.collect())
    }

    fn methods(&self, path: &str) -> Option<&str> {
        let asked: Vec<&str> = path.split('/').collect();
        let fits = |pattern: &[String]| {
            pattern.len() == asked.len()
                && pattern
                    .iter()
                    .zip(&asked)
                    .all(|(part, word)| part.starts_with('{') && !word.is_empty() || part == word)
        };
        self.0
            .iter()
            .find(|(pattern, _)| fits(pattern))
            .map(|(_, methods)| methods.as_str())
    }
}

/// Answers what no route takes.
pub async fn fallback(request: HttpRequest, paths: Data<Paths>) -> HttpResponse {
    let Some(methods) = paths.methods(request.path()) else {
        return Problem::not_found("path").error_response();
    };
    let mut response = Problem::method_not_allowed(methods).error_response();
    if let Ok(value) = HeaderValue::from_str(methods) {
        response.headers_mut().insert(ALLOW, value);
    }
    response
}
