//! An HTTP server that behaves as a test says.

use std::{sync::Arc, time::Duration};

use super::{Gate, http_session::serve, listener::Listener, script::Script};

/// An HTTP server on the loopback interface that keeps the requests it gets.
///
/// Without further words it answers 200 and `{"ok":true}`. Every request takes the next
/// behaviour of those given with [`then`](Self::then), or else the one given with
/// [`always`](Self::always).
#[derive(Debug)]
pub struct HttpStub {
    listener: Listener,
    script: Arc<Script<HttpBehaviour, ReceivedRequest>>,
}

/// How the stub answers a request.
#[derive(Clone, Debug)]
pub enum HttpBehaviour {
    /// With this.
    Answer {
        /// The status.
        status: u16,
        /// Headers besides those that every answer has.
        headers: Vec<(String, String)>,
        /// The body.
        body: Vec<u8>,
    },
    /// As another behaviour says, as soon as the gate opens.
    Wait(Gate, Box<HttpBehaviour>),
    /// Closes the connection.
    HangUp,
    /// Says nothing, and waits until the client gives up.
    Silence,
    /// Begins with status 200, then says one byte after the other, so far apart, until the client
    /// gives up.
    Drip(Duration),
    /// Begins with this status, then never ends.
    Flood(u16),
    /// Sends these bytes and closes the connection.
    Raw(Vec<u8>),
}

impl HttpBehaviour {
    /// An answer of this status and JSON.
    pub fn json(status: u16, body: &str) -> Self {
        Self::Answer { status, headers: Vec::new(), body: body.into() }
    }
}

/// A request as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedRequest {
    /// Its method.
    pub method: String,
    /// Its path and query.
    pub path: String,
    /// Its headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

impl ReceivedRequest {
    /// The header named `name`, in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Its body as text.
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("a body of text")
    }
}

impl HttpStub {
    /// A stub at a free port.
    pub fn start() -> Self {
        let script = Arc::new(Script::new(HttpBehaviour::json(200, r#"{"ok":true}"#)));
        let shared = Arc::clone(&script);
        // A request ends when the client, or the behaviour, breaks it off.
        let listener = Listener::open(0, move |socket| drop(serve(socket, &shared)));
        Self { listener, script }
    }

    /// Its address, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.listener.address())
    }

    /// How it answers the next request for which nothing is said yet.
    pub fn then(&self, behaviour: HttpBehaviour) {
        self.script.then(behaviour);
    }

    /// How it answers all further requests for which nothing else is said.
    pub fn always(&self, behaviour: HttpBehaviour) {
        self.script.always(behaviour);
    }

    /// The requests that arrived so far, in that order.
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.script.seen()
    }

    /// The requests that arrived, as soon as there are `count`.
    pub fn wait_for_requests(&self, count: usize) -> Vec<ReceivedRequest> {
        self.script.wait_until(|seen| seen.len() >= count)
    }
}
