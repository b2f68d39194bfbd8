create table webhooks (
  tenant text collate "C" not null,
  id text collate "C" not null,
  workspace text collate "C" not null,
  url text not null,
  description text not null,
  event_types text[] collate "C" not null, -- none: every type that a webhook may carry
  enabled boolean not null,
  disabled_because text collate "C",
  previous_secret_until timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  revision bigint not null,            -- counts what people see and change; deliveries do not
  position bigint not null,            -- of the last event that counted
  primary key (tenant, id)
);

create index on webhooks (tenant, workspace, id);

-- The last attempts of each webhook.
create table webhook_deliveries (
  tenant text collate "C" not null,
  webhook_id text collate "C" not null,
  position bigint not null,            -- of the event that tells of the attempt
  delivery_id uuid not null,
  event_id uuid not null,
  event_type text collate "C" not null,
  event_position bigint not null,
  attempt int not null,
  delivered boolean not null,
  status int,
  reason text collate "C",
  duration_ms bigint,
  retry_at timestamptz,
  recorded_at timestamptz not null,
  primary key (tenant, webhook_id, position)
);
