//! `POST /auth/register`: a person, a tenant of their own and its first workspace, all or nothing.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::membership::MembershipCommand;
use domain::identity::tenant::TenantCommand;
use domain::identity::user::UserCommand;
use domain::identity::workspace::WorkspaceCommand;
use domain::identity::{
    CredentialId, Membership, ProofId, Role, Tenant, TenantId, User, UserId, Workspace, WorkspaceId, address,
    name, username,
};
use domain::personal::{Personal, SubjectId};
use domain::secret::Secret;
use eventstore::execute::{CommandError, Plan, Receipt};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answers::UserShown;
use super::passwords::{Context, Policy, refused};
use super::reserved::{EMAIL, EMAIL_PENDING, USERNAME, pending_key};
use super::settings::VerifyEmail;
use super::{ids, user_state};
use crate::Api;
use crate::http::{Call, FieldError, Json, Problem};

/// What a tenant is called before its owner names it: a person's own name would be personal data in a plain field.
const TENANT_NAME: &str = "My organisation";
const WORKSPACE_NAME: &str = "Main";

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    #[schema(example = "ana@example.org", max_length = 254)]
    email: String,
    /// At least 8 characters unless configured otherwise, at most 256 bytes; not one of the most common.
    #[schema(value_type = String, format = Password, example = "orchard in the rain")]
    password: Secret<String>,
    /// 3 to 32 characters of a-z, 0-9 and . _ - inside; never with an @.
    #[schema(example = "ana")]
    username: Option<String>,
    #[schema(example = "Ana Ivanova", max_length = 120)]
    name: Option<String>,
}

/// Names in the form in which they are kept.
struct Checked {
    email: String,
    username: Option<String>,
    name: Option<String>,
}

/// The ids that a registration draws.
struct Drawn {
    user: UserId,
    credential: CredentialId,
    tenant: TenantId,
    workspace: WorkspaceId,
    /// What the address waits for; nothing where it counts as the person's own.
    proof: Option<ProofId>,
}

/// Register a person
///
/// Makes a tenant of their own and a first workspace. Where addresses must be proven the answer is 202, whoever the
/// address belongs to, and signing in works once it is.
#[utoipa::path(
    post, path = "/auth/register", tag = "identity", request_body = Registration,
    responses(
        (status = 201, description = "Registered", body = UserShown),
        (status = 202, description = "Registered; the address waits for its proof"),
        (status = 409, description = "`email_taken` or `username_taken`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn register(
    State(api): State<Api>,
    call: Call,
    Json(body): Json<Registration>,
) -> Result<Response, Problem> {
    let checked = check(&api, &body)?;
    let platform = user_state::platform()?;
    let principal = api.executor.look_up_key(&checked.email);
    let request = call.request(&api.executor, &platform, &principal, &body)?;
    let drawn = draw(&api)?;
    let hash = api.identity.hasher.hash(body.password).await?;
    api.identity.kept.keep_credential(&drawn.credential, &drawn.user, &hash).await?;
    let plan = plan(&api, &drawn, &checked)?;
    match api.executor.execute(&request.by(drawn.user.as_str()), plan).await {
        Ok(receipt) => {
            settle_credential(&api, &drawn, &receipt).await;
            registered(&api, &call, &receipt).await
        }
        Err(CommandError::Taken) => Err(call.explain(which_is_taken(&api, &drawn, &checked).await?)),
        Err(error) => Err(call.problem(error)),
    }
}

fn check(api: &Api, body: &Registration) -> Result<Checked, Problem> {
    let mut errors = Vec::new();
    let email = address::normalized(&body.email);
    if email.is_none() {
        errors.push(FieldError::new("/email", "bad_email", "This is no e-mail address."));
    }
    let username = optional(body.username.as_deref(), username::normalized);
    if username.is_err() {
        let detail = "A user name has 3 to 32 characters of a-z, 0-9 and . _ - inside, and is none kept for the system.";
        errors.push(FieldError::new("/username", "bad_username", detail));
    }
    let name = optional(body.name.as_deref(), name::checked);
    if name.is_err() {
        errors.push(FieldError::new("/name", "bad_name", "A name has 1 to 120 characters."));
    }
    let context = Context { email: email.as_deref().unwrap_or(""), username: body.username.as_deref() };
    let policy = Policy { length_min: api.identity.settings.password_length_min };
    if let Err(weakness) = policy.check(body.password.reveal(), &context) {
        errors.push(refused("/password", weakness));
    }
    match (email, username, name) {
        (Some(email), Ok(username), Ok(name)) if errors.is_empty() => Ok(Checked { email, username, name }),
        _ => Err(Problem::invalid(errors)),
    }
}

/// A text in its kept form; absent stays absent, and a bad one is an error.
fn optional(text: Option<&str>, form: fn(&str) -> Option<String>) -> Result<Option<String>, ()> {
    text.map(|text| form(text).ok_or(())).transpose()
}

fn draw(api: &Api) -> Result<Drawn, Problem> {
    let proof = match api.identity.settings.verify_email {
        VerifyEmail::Off => None,
        VerifyEmail::Required => Some(ids::new_proof()?),
    };
    Ok(Drawn {
        proof,
        user: ids::new(ids::USER)?,
        credential: ids::new(ids::CREDENTIAL)?,
        tenant: ids::new(ids::TENANT)?,
        workspace: ids::new(ids::WORKSPACE)?,
    })
}

fn plan(api: &Api, drawn: &Drawn, checked: &Checked) -> Result<Plan, Problem> {
    let Drawn { user, credential, tenant, workspace, proof } = drawn;
    let subject: SubjectId = ids::checked(user.as_str())?;
    let personal = |text: &String| Personal::new(subject.clone(), text.clone());
    let register = UserCommand::Register {
        email: personal(&checked.email),
        username: checked.username.as_ref().map(personal),
        name: checked.name.as_ref().map(personal),
        credential: credential.clone(),
        proof: proof.clone(),
        tenant: tenant.clone(),
    };
    let add =
        MembershipCommand::Add { user: user.clone(), role: Role::Owner, workspaces: Default::default() };
    let create = WorkspaceCommand::Create { name: WORKSPACE_NAME.into(), description: String::new() };
    let tenant_name = TenantCommand::Create { name: TENANT_NAME.into(), owner: user.clone() };
    let plan = Plan::new()
        .create::<User>(&user_state::platform()?, ids::stream(user)?, register)
        .create::<Tenant>(tenant, ids::stream(tenant)?, tenant_name)
        .create::<Membership>(tenant, ids::stream(user)?, add)
        .create::<Workspace>(tenant, ids::stream(workspace)?, create);
    Ok(reserve(api, plan, drawn, checked))
}

fn reserve(api: &Api, plan: Plan, drawn: &Drawn, checked: &Checked) -> Plan {
    let owner = drawn.user.as_str();
    let address = api.executor.look_up_key(&checked.email);
    let plan = match drawn.proof {
        None => plan.take(EMAIL, address, owner),
        Some(_) => plan.take(EMAIL_PENDING, pending_key(&address, owner), owner),
    };
    match &checked.username {
        Some(username) => plan.take(USERNAME, api.executor.look_up_key(username), owner),
        None => plan,
    }
}

/// A retry is answered from its first attempt, so what it drew itself names nothing. What fails here is swept later.
async fn settle_credential(api: &Api, drawn: &Drawn, receipt: &Receipt) {
    if receipt.replayed {
        drop_credential(api, drawn).await;
    } else if let Err(error) = api.identity.kept.mark_named(&drawn.credential).await {
        tracing::warn!(error = eventstore::chain_of(&error), "a credential is not marked yet");
    }
}

async fn drop_credential(api: &Api, drawn: &Drawn) {
    if let Err(error) = api.identity.kept.drop_credential(&drawn.credential).await {
        tracing::warn!(error = eventstore::chain_of(&error), "a credential that counts for nobody is left");
    }
}

async fn which_is_taken(api: &Api, drawn: &Drawn, checked: &Checked) -> Result<Problem, Problem> {
    drop_credential(api, drawn).await;
    let key = api.executor.look_up_key(&checked.email);
    let is_address = api.identity.kept.owner_of(EMAIL, &key).await?.is_some();
    Ok(match is_address && api.identity.settings.verify_email == VerifyEmail::Off {
        true => Problem::conflict("email_taken", "Somebody is registered with this address."),
        false => Problem::conflict("username_taken", "Somebody has this user name."),
    })
}

async fn registered(api: &Api, call: &Call, receipt: &Receipt) -> Result<Response, Problem> {
    if api.identity.settings.verify_email == VerifyEmail::Required {
        return Ok(call.answer(receipt, StatusCode::ACCEPTED).into_response());
    }
    let (stream, _) = receipt.streams.first().ok_or_else(Problem::internal)?;
    let id: UserId = ids::checked(stream.id.as_str())?;
    let known = api.user_at(&id, receipt.version()).await?.ok_or_else(Problem::internal)?;
    let answer = call.answer(receipt, StatusCode::CREATED).location("/auth/profile");
    Ok(answer.json(&UserShown::from(known)))
}
