//! One connection, from its first byte to its last: HTTP/1.1, as many requests as its client sends.

use std::convert::Infallible;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use api::http::Peer;
use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::activity::{Activity, Order};
use super::observed::{ObservedBody, ObservedStream};
use super::registry::Registered;

/// Memory for a request's head. What is longer than the edge allows gets a proper answer; what is longer than this
/// gets a bare one.
const HEAD_BYTES_MAX: usize = 64 * 1024;

type Connection = http1::Connection<TokioIo<ObservedStream>, Handler>;

pub async fn serve(stream: TcpStream, peer: SocketAddr, router: Router, registered: Registered) {
    let activity = &registered.activity;
    // Answers are written in one piece; waiting for more to send with them would only cost time.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection was gone before it was served");
        return;
    }
    let stream = TokioIo::new(ObservedStream::new(stream, Arc::clone(activity)));
    let handler = Handler { router, peer, activity: Arc::clone(activity) };
    let connection = http1::Builder::new().max_buf_size(HEAD_BYTES_MAX).serve_connection(stream, handler);
    let mut connection = pin!(connection);
    let mut draining = false;
    poll_fn(|context| poll(&mut connection, activity, &mut draining, context)).await;
}

fn poll(
    connection: &mut Pin<&mut Connection>,
    activity: &Activity,
    draining: &mut bool,
    context: &mut Context<'_>,
) -> Poll<()> {
    match activity.ordered(context.waker()) {
        Order::GoOn => {}
        Order::Drain if activity.is_dispensable() => return Poll::Ready(()),
        Order::Drain if *draining => {}
        Order::Drain => {
            *draining = true;
            connection.as_mut().graceful_shutdown();
        }
        Order::Close => return Poll::Ready(()),
    }
    connection.as_mut().poll(context).map(|outcome| {
        if let Err(error) = outcome {
            tracing::debug!(%error, "a connection broke");
        }
    })
}

/// Hands requests to the routes and says when one begins and when its answer is through.
struct Handler {
    router: Router,
    peer: SocketAddr,
    activity: Arc<Activity>,
}

impl Service<Request<Incoming>> for Handler {
    type Response = Response<ObservedBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        self.activity.request_came();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(self.peer));
        let answering = tower::Service::call(&mut self.router.clone(), request);
        let activity = Arc::clone(&self.activity);
        Box::pin(async move {
            let response = answering.await?;
            Ok(response.map(|body| ObservedBody::new(body, activity)))
        })
    }
}
