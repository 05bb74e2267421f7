//! Figures about requests, and all figures as Prometheus reads them.

use std::{cell::RefCell, collections::HashMap, rc::Rc, sync::LazyLock, time::Duration};

use actix_web::http::{Method, StatusCode};
use metrics::{Counter, Histogram, counter, describe_counter, describe_histogram, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

const REQUESTS: &str = "inkstone_http_requests_total";
const SECONDS: &str = "inkstone_http_request_seconds";

/// Upper bounds in seconds, for requests and for whatever the crates measure.
const BUCKETS: &[f64] = &[
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
    5.0, 10.0,
];

/// How often recorded times are sorted into buckets. They wait in memory until then.
pub const UPKEEP: Duration = Duration::from_secs(1);

/// Starts collecting figures, once for the whole process.
pub fn start() -> &'static PrometheusHandle {
    static HANDLE: LazyLock<PrometheusHandle> = LazyLock::new(|| {
        // Only an empty list of buckets is refused.
        let builder = PrometheusBuilder::new().set_buckets(BUCKETS).unwrap_or_default();
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        // Nobody else in this process sets a recorder; if somebody did, ours would stay empty.
        let _ = metrics::set_global_recorder(recorder);
        describe_counter!(REQUESTS, "Requests by route, method and status");
        describe_histogram!(SECONDS, "Time until the head of the answer was ready, by route");
        describe_counter!("inkstone_cache_hits_total", "Answers found ready-made");
        describe_counter!("inkstone_cache_misses_total", "Answers that had to be made");
        handle
    });
    &HANDLE
}

/// The meters of one worker, kept so that a request costs an increment and not a registry lookup.
#[derive(Debug, Default)]
pub struct Meters {
    routes: RefCell<HashMap<String, Rc<RouteMeter>>>,
}

impl Meters {
    /// Counts one answer. `route` is the pattern that matched, so that there are never more of
    /// them than routes.
    pub fn record(
        &self,
        route: Option<String>,
        method: &Method,
        status: StatusCode,
        took: Duration,
    ) {
        let route = route.unwrap_or_else(|| "unmatched".to_owned());
        let known = self.routes.borrow().get(&route).cloned();
        let meter = known.unwrap_or_else(|| {
            let meter = Rc::new(RouteMeter::new(route.clone()));
            self.routes.borrow_mut().insert(route, Rc::clone(&meter));
            meter
        });
        meter.record(method, status, took);
    }
}

#[derive(Debug)]
struct RouteMeter {
    route: String,
    seconds: Histogram,
    /// A handful for each route, so that searching beats hashing.
    answers: RefCell<Vec<((&'static str, u16), Counter)>>,
}

impl RouteMeter {
    fn new(route: String) -> Self {
        let seconds = histogram!(SECONDS, "route" => route.clone());
        Self { route, seconds, answers: RefCell::default() }
    }

    fn record(&self, method: &Method, status: StatusCode, took: Duration) {
        self.seconds.record(took.as_secs_f64());
        let kind = (method_label(method), status.as_u16());
        let mut answers = self.answers.borrow_mut();
        if let Some((_, counter)) = answers.iter().find(|(known, _)| *known == kind) {
            counter.increment(1);
            return;
        }
        let counter = counter!(
            REQUESTS,
            "route" => self.route.clone(),
            "method" => kind.0,
            "status" => kind.1.to_string(),
        );
        counter.increment(1);
        answers.push((kind, counter));
    }
}

/// Clients may invent methods; figures know these.
fn method_label(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        "HEAD" => "HEAD",
        _ => "other",
    }
}
