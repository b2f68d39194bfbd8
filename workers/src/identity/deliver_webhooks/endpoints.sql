-- Who wants to be told what, as of the intake's position.
create table webhook_endpoints (
  tenant text collate "C" not null,
  webhook text collate "C" not null,
  workspace text collate "C" not null,
  event_types text[] not null,         -- none: every type that a webhook may carry
  enabled boolean not null,
  primary key (tenant, webhook)
);
create index webhook_endpoints_of_workspace on webhook_endpoints (tenant, workspace);
