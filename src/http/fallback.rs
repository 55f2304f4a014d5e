//! What no route takes: 404, or 405 with the methods the path does take.

use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use utoipa::openapi::OpenApi;

use super::problem::Problem;

/// The document itself, the page that shows it, and the pages that its problems lead to.
const UNDOCUMENTED: &[&str] = &[
    "/",
    "/docs",
    "/docs/",
    "/docs/{file}",
    "/openapi.json",
    "/problems",
    "/problems/",
    "/problems/{code}",
];

/// Every path with the methods it takes.
#[derive(Debug, Clone)]
pub struct Paths(Vec<(Vec<String>, String)>);

impl Paths {
    /// From the document, and what is not in it.
    pub fn of(api: &OpenApi) -> Self {
        let paths = api.paths.paths.iter().map(|(path, item)| {
            let methods = [
                ("GET, HEAD", &item.get),
                ("PUT", &item.put),
                ("POST", &item.post),
                ("DELETE", &item.delete),
                ("PATCH", &item.patch),
            ];
            let mut taken: Vec<&str> = methods
                .iter()
                .filter(|(_, operation)| operation.is_some())
                .map(|(name, _)| *name)
                .collect();
            taken.push("OPTIONS");
            (words(path), taken.join(", "))
        });
        let undocumented = UNDOCUMENTED
            .iter()
            .map(|path| (words(path), "GET, HEAD, OPTIONS".to_owned()));
        Self(paths.chain(undocumented).collect())
    }

    /// The methods that a path takes, as `Allow` lists them; none where there is no such path.
    pub fn allow(&self, path: &str) -> Option<&str> {
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

fn words(path: &str) -> Vec<String> {
    path.split('/').map(str::to_owned).collect()
}

/// Answers what no route takes.
pub async fn fallback(request: HttpRequest, paths: Data<Paths>) -> HttpResponse {
    refused(&request, &paths)
}

/// The answer to what no route takes.
pub fn refused(request: &HttpRequest, paths: &Paths) -> HttpResponse {
    let Some(methods) = paths.allow(request.path()) else {
        return Problem::not_found("path").error_response();
    };
    let mut response = Problem::method_not_allowed(methods).error_response();
    if let Ok(value) = HeaderValue::from_str(methods) {
        response.headers_mut().insert(ALLOW, value);
    }
    response
}
