//! Traces for a collector of OpenTelemetry: a span for every request, and below it one for every transaction. The
//! collector, the name of the service, the share of requests and all else are said by the standard variables of the
//! environment (`OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_SERVICE_NAME`, `OTEL_TRACES_SAMPLER` ...); without a collector
//! nothing is traced.

use std::sync::OnceLock;

use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::{Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::registry::LookupSpan;

const NAME: &str = "goodmeasure";
/// Either of them says where a collector is.
const ENDPOINTS: [&str; 2] = [
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
];

/// What sends, once it was begun.
static SENDS: OnceLock<SdkTracerProvider> = OnceLock::new();

/// Begins to send spans, where a collector is named. Nothing that is logged is sent: only spans, which hold what the
/// line of a request holds.
pub(super) fn layer<S>() -> Option<impl Layer<S>>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_off = std::env::var("OTEL_SDK_DISABLED").is_ok_and(|value| value == "true");
    if is_off || !ENDPOINTS.iter().any(|name| is_set(name)) {
        return None;
    }
    let exporter = SpanExporter::builder().with_http().build();
    let exporter = exporter
        .map_err(|error| eprintln!("goodmeasure: no traces are sent: {error}"))
        .ok()?;
    let sends = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(resource())
        .build();
    let tracer = sends.tracer(NAME);
    let _ = SENDS.set(sends);
    let spans = Targets::new().with_target("spans", Level::TRACE);
    let layer = tracing_opentelemetry::layer()
        .with_tracer(tracer)
        .with_location(false)
        .with_target(false)
        .with_tracked_inactivity(false)
        .with_threads(false);
    Some(layer.with_filter(spans))
}

/// Sends what is left; a collector that does not answer is not waited for long.
pub(super) fn end() {
    if let Some(sends) = SENDS.get() {
        let _ = sends.shutdown();
    }
}

/// Who speaks: as the environment names it, or by the name of this program.
fn resource() -> opentelemetry_sdk::Resource {
    let named = std::env::var_os("OTEL_SERVICE_NAME").is_some()
        || std::env::var("OTEL_RESOURCE_ATTRIBUTES").is_ok_and(|all| all.contains("service.name="));
    let builder = opentelemetry_sdk::Resource::builder();
    if named {
        return builder.build();
    }
    builder.with_service_name(NAME).build()
}
