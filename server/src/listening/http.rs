//! The API on its addresses, and the numbers beside it on one of their own.

use std::net::SocketAddr;
use std::sync::Arc;

use api::Api;
use api::http::EdgeOptions;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::{ConnectionLimits, Serving, bind};
use crate::config::{Http, MetricsPlace};
use crate::telemetry;

pub struct HttpServing {
    main: Serving,
    metrics: Option<Serving>,
    /// Tells those who answer without end, by `Api::stopping`.
    stopping: watch::Sender<bool>,
}

impl HttpServing {
    /// `stopping` is the other end of `Api::stopping`.
    pub async fn start(
        config: &Http,
        api: Api,
        listeners: Vec<TcpListener>,
        stopping: watch::Sender<bool>,
    ) -> HttpServing {
        let edge = EdgeOptions {
            cors_origins: config.cors_origins.clone(),
            behind_tls: config.behind_tls,
            request_timeout: config.request_timeout,
            traces: telemetry::traces(),
        };
        let limits = limits(config);
        let metrics = metrics(config, &api, edge.clone(), limits).await;
        let on_main = config.metrics == MetricsPlace::Main;
        let counted = Arc::clone(&api.metrics);
        let main = Serving::start(&api::router(api, edge, on_main), listeners, limits, &counted);
        HttpServing { main, metrics, stopping }
    }

    pub fn addresses(&self) -> &[SocketAddr] {
        self.main.addresses()
    }

    pub async fn stop(self) {
        self.stopping.send_replace(true);
        self.main.stop().await;
        if let Some(metrics) = self.metrics {
            metrics.stop().await;
        }
    }
}

fn limits(config: &Http) -> ConnectionLimits {
    ConnectionLimits {
        connections_max: config.connections_max,
        connections_per_address_max: config.connections_per_address_max,
        head_timeout: config.head_timeout,
        idle_timeout: config.idle_timeout,
    }
}

/// That nobody can look at the numbers is no reason not to serve: another process of this machine may have the port.
async fn metrics(config: &Http, api: &Api, edge: EdgeOptions, limits: ConnectionLimits) -> Option<Serving> {
    let MetricsPlace::Own(address) = config.metrics else {
        return None;
    };
    match bind(&[address]).await {
        Ok(listeners) => {
            let router = api::metrics_router(api.clone(), edge);
            let serving = Serving::start(&router, listeners, limits, &api.metrics);
            serving
                .addresses()
                .iter()
                .for_each(|address| tracing::info!("metrics on http://{address}/metrics"));
            Some(serving)
        }
        Err(error) => {
            tracing::warn!(reason = eventstore::chain_of(&error), "metrics are not served");
            None
        }
    }
}
