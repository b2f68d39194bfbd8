-- Logs that were brought here as files. What they hold was answered where it happened, so it owes no effect here.
create table log_imports (
  last_position bigint primary key,
  export uuid not null,
  incarnation uuid not null,
  chain_hash bytea not null,
  actor text not null,
  reason text not null,
  imported_at timestamptz not null default now()
);

alter table log_imports enable row level security;
alter table log_imports force row level security;
create policy projector on log_imports for select to projector using (true);
create policy log_reader on log_imports for select to log_reader using (true);
grant select on log_imports to projector, log_reader;
