//! Whether an answer is one that the document tells of: its status, its type, and the code of a problem.

use std::sync::LazyLock;

use serde_json::Value;

use super::app::Answer;

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::to_value(goodmeasure::http::document()).unwrap());

/// What is wrong with an answer; nothing where it is told of, or where no operation was asked.
pub fn fault(method: &str, path: &str, answer: &Answer) -> Option<String> {
    let told = &operation(method, path)?["responses"][answer.status.to_string()];
    if told.is_null() {
        return Some(format!("status {} is not documented", answer.status));
    }
    let told = resolved(told);
    let types = told["content"].as_object()?;
    let given = answer.header("content-type").unwrap_or_default();
    let Some(content) = types.get(given) else {
        return Some(format!(
            "{}: type {given:?} is not documented",
            answer.status
        ));
    };
    let examples = content["examples"].as_object()?;
    let problem: Value = serde_json::from_slice(&answer.bytes).ok()?; // none where it is compressed, or to HEAD
    let code = problem["code"].as_str().unwrap_or_default();
    let is_told = examples.contains_key(code);
    (!is_told).then(|| format!("{}: code {code:?} is not documented", answer.status))
}

/// Follows a reference to a component.
pub fn resolved(value: &Value) -> &Value {
    let named = value["$ref"].as_str().and_then(|at| at.strip_prefix('#'));
    named.map_or(value, |at| DOCUMENT.pointer(at).unwrap())
}

/// The operation that a request asks for: of the paths that fit, the one with the fewest names.
fn operation(method: &str, path: &str) -> Option<&'static Value> {
    let method = match method {
        "HEAD" => "get".to_owned(),
        other => other.to_lowercase(),
    };
    let asked: Vec<&str> = path.split('?').next()?.split('/').collect();
    let fits = |pattern: &str| {
        let parts: Vec<&str> = pattern.split('/').collect();
        let mut pairs = parts.iter().zip(&asked);
        parts.len() == asked.len()
            && pairs.all(|(part, word)| part.starts_with('{') && !word.is_empty() || part == word)
    };
    let paths = DOCUMENT["paths"].as_object()?;
    let fitting = paths.iter().filter(|(pattern, _)| fits(pattern));
    let (_, item) = fitting.min_by_key(|(pattern, _)| pattern.matches('{').count())?;
    item.get(&method)
}
