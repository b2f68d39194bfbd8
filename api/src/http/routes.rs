//! The only way to add a route. Each says who may use it and what it is limited by; a route that says neither cannot be
//! written down.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::MethodRouter;
use domain::identity::Permission;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use super::document;
use crate::Api;
use crate::access;
use crate::airtable;
use crate::limits::Rate;

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    Anyone,
    /// Whoever presents a valid token.
    SignedIn,
    /// Whoever is signed in as a person: an API key is not enough.
    Session,
    /// Whose role holds this right.
    Needs(Permission),
    /// Who operates the platform. No user of any tenant is one.
    Operator,
}

/// One line of the table of routes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteEntry {
    pub method: &'static str,
    pub path: String,
    pub access: Access,
    pub rate: Rate,
}

/// How a route is guarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guard {
    pub access: Access,
    pub rate: Rate,
    /// Whether it is open in a tenant that is being closed, although it is no reading.
    pub while_closing: bool,
}

/// Routes with how each is guarded, before they are put to work.
#[derive(Default)]
pub struct Routes {
    table: Vec<RouteEntry>,
    operations: Vec<(Guard, UtoipaMethodRouter<Api>)>,
    pages: Vec<(Guard, &'static str, MethodRouter<Api>)>,
}

impl Routes {
    pub fn new() -> Self {
        Self::default()
    }

    /// An operation of the API, written with `#[utoipa::path]`: `route(access, rate, routes!(module::handler))`.
    pub fn route(self, access: Access, rate: Rate, route: UtoipaMethodRouter<Api>) -> Self {
        self.add(Guard { access, rate, while_closing: false }, route)
    }

    /// The same of what is open in a tenant that is being closed, although it is no reading.
    pub fn route_while_closing(self, access: Access, rate: Rate, route: UtoipaMethodRouter<Api>) -> Self {
        self.add(Guard { access, rate, while_closing: true }, route)
    }

    fn add(mut self, guard: Guard, mut route: UtoipaMethodRouter<Api>) -> Self {
        let Guard { access, rate, .. } = guard;
        for (path, item) in &mut route.1.paths {
            for (method, operation) in document::operations(item) {
                document::complete(operation, guard, method, path);
                self.table.push(RouteEntry { method, path: path.clone(), access, rate });
            }
        }
        self.operations.push((guard, route));
        self
    }

    /// Something for people to look at, which the document of the API leaves out.
    pub fn page(mut self, access: Access, rate: Rate, path: &'static str, get: MethodRouter<Api>) -> Self {
        self.table.push(RouteEntry { method: "GET", path: path.to_owned(), access, rate });
        self.pages.push((Guard { access, rate, while_closing: false }, path, get));
        self
    }

    pub fn merge(mut self, other: Routes) -> Self {
        self.table.extend(other.table);
        self.operations.extend(other.operations);
        self.pages.extend(other.pages);
        self
    }

    pub fn table(&self) -> &[RouteEntry] {
        &self.table
    }

    /// The OpenAPI document of these routes.
    pub fn document(self) -> OpenApi {
        let document = OpenApiRouter::with_openapi(document::frame());
        let routes = self.operations.into_iter().map(|(_, route)| route);
        routes.fold(document, OpenApiRouter::routes).into_openapi()
    }

    pub(crate) fn router(self, api: &Api) -> Router<Api> {
        let mut router = Router::new();
        for (how, (_, paths, handlers)) in self.operations {
            let guarded = guard(api, how, handlers);
            for path in paths.paths.keys() {
                router = router.route(path, guarded.clone());
                // Clients of Airtable write a slash at the end now and then.
                if airtable::is_asked(path) {
                    router = router.route(&format!("{path}/"), guarded.clone());
                }
            }
        }
        for (how, path, handlers) in self.pages {
            router = router.route(path, guard(api, how, handlers));
        }
        router
    }
}

/// A route for anyone that is not limited needs nobody before it.
fn guard(api: &Api, how: Guard, handlers: MethodRouter<Api>) -> MethodRouter<Api> {
    match (how.access, how.rate) {
        (Access::Anyone, Rate::Free) => handlers,
        _ => handlers.route_layer(from_fn_with_state((api.clone(), how), access::check)),
    }
}
