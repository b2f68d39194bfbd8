-- Work: that a worker owes an effect for an event. A row is made by an intake in the transaction that moves its
-- checkpoint, is claimed by one process at a time, and is settled together with the events that its effect leads to.
-- The table takes the place of `claims`: a claim is nothing but work in somebody's hands.

drop table claims;

create table work (
  claim text collate "C" primary key,  -- worker/position/part: the name of what is owed, the same for ever
  worker text collate "C" not null,
  tenant text collate "C" not null,
  event_position bigint not null,
  part text collate "C" not null,      -- which of several effects of one event; usually empty
  key text collate "C" not null,       -- work of one key is done in order, one at a time
  lane text collate "C",               -- what only one process serves at a time, within a limit; usually none
  priority int2 not null default 0,    -- lower goes first
  seq bigint generated always as identity,
  state text collate "C" not null check (state in (
    'waiting',                         -- behind other work of its key
    'later',                           -- not before `visible_at`: a timer, or another try
    'open',                            -- may be claimed
    'claimed',                         -- in the hands of a process until `lease_until`
    'done', 'skipped',                 -- settled; skipped: there was nothing to do it with
    'parked',                          -- an operator has to look; what is behind it waits
    'unknown')),                       -- it may have been done, and must not be done twice
  visible_at timestamptz not null,
  attempt int not null default 0,      -- claims since it was last driven
  epoch bigint not null default 0,     -- times an operator drove it again
  failures int not null default 0,
  lost int not null default 0,         -- claims that nobody was heard of again
  owner uuid,                          -- the process that has it, or had it last
  lease_until timestamptz,
  reason text,                         -- why it is not done yet, or never was
  created_at timestamptz not null default clock_timestamp(),
  settled_at timestamptz
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 5000);

-- Each index holds only what its question is about, so that settled work costs nothing but its place.
create index work_open on work (worker, priority, seq) where state = 'open' and lane is null;
create index work_open_of_lane on work (worker, lane, priority, seq) where state = 'open' and lane is not null;
create index work_later on work (worker, visible_at) where state = 'later';
create index work_leased on work (worker, lease_until) where state = 'claimed';
create index work_waiting on work (worker, key, seq) where state = 'waiting';
create index work_active on work (worker, key) where state in ('later', 'open', 'claimed', 'parked');
create index work_held on work (worker) where state in ('parked', 'unknown');
create index work_settled on work (settled_at) where state in ('done', 'skipped');

-- Who serves a lane, and how many effects it may have at this moment.
create table worker_lanes (
  worker text collate "C" not null,
  lane text collate "C" not null,
  owner uuid,
  lease_until timestamptz,
  tokens float8 not null default 1,
  filled_at timestamptz not null default clock_timestamp(),
  primary key (worker, lane)
) with (fillfactor = 50);

do $$
declare name text;
begin
  foreach name in array array['work', 'worker_lanes'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy worker on %I to worker using (true) with check (true)', name);
    execute format('create policy projector on %I to projector using (true) with check (true)', name);
  end loop;
end $$;
create policy log_writer on work to log_writer using (true) with check (true);

grant select, update, delete on work to worker;
grant select, insert, update on worker_lanes to worker;
grant select, insert on work, worker_lanes to projector;
grant select, update on work to log_writer;

-- Checks and takes the rare guards of a batch. Any failure aborts the batch.
create or replace function hold_guards(guards jsonb) returns void language plpgsql volatile as $$
declare
  wanted int;
  met int;
  locked text;
begin
  perform from jsonb_to_recordset(guards -> 'unchanged') as g(stream_no bigint, version bigint, position bigint)
    where not stream_unchanged(g.stream_no, g.version, g.position);
  if found then raise exception 'a guarded stream moved' using errcode = 'AT001'; end if;

  perform from jsonb_to_recordset(guards -> 'absent') as g(tenant text, type text, id text)
    join streams s on s.tenant = g.tenant and s.type = g.type and s.id = g.id;
  if found then raise exception 'a guarded stream exists' using errcode = 'AT001'; end if;

  delete from reservations r
    using jsonb_to_recordset(guards -> 'release') as g(kind text, key text, owner text)
    where r.kind = g.kind and r.key = g.key and r.owner = g.owner;
  get diagnostics met = row_count;
  wanted := coalesce(jsonb_array_length(guards -> 'release'), 0);
  if met <> wanted then raise exception 'a reservation to release is not held' using errcode = 'AT001'; end if;

  insert into reservations(kind, key, owner)  -- taken already: unique_violation
    select g.kind, g.key, g.owner
    from jsonb_to_recordset(guards -> 'take') as g(kind text, key text, owner text);

  wanted := coalesce(jsonb_array_length(guards -> 'fence'), 0);
  if wanted > 0 then
    with fenced as (select g.claim from jsonb_to_recordset(guards -> 'fence') as g(claim text)),
    had as (select w.claim from work w join fenced f on f.claim = w.claim
            order by w.claim for update of w skip locked)
    select json_agg(w.claim)::text into locked from work w join fenced f on f.claim = w.claim
      where w.claim not in (select claim from had);
    if locked is not null then
      raise exception 'a claim is locked' using errcode = 'AT003', detail = locked;
    end if;
    update work w set state = 'done', lease_until = null, settled_at = clock_timestamp()
      from jsonb_to_recordset(guards -> 'fence') as g(claim text, attempt int, epoch bigint)
      where w.claim = g.claim and w.attempt = g.attempt and w.epoch = g.epoch and w.state = 'claimed';
    get diagnostics met = row_count;
    if met <> wanted then raise exception 'a claim is fenced' using errcode = 'AT001'; end if;
  end if;

  -- Counters move unit by unit, in the order of the batch, and no step may leave what is allowed; a counter that is
  -- over it already may only go down.
  perform from (
      select c.used, c.allowed, g.amount, sum(g.amount) over (partition by g.tenant, g.name order by g.unit) as moved
        from jsonb_to_recordset(guards -> 'count') as g(unit int, tenant text, name text, amount bigint)
        left join counters c on c.tenant = g.tenant and c.name = g.name) g
    where not coalesce(g.used + g.moved between 0 and greatest(g.allowed, g.used + g.moved - g.amount), false);
  if found then raise exception 'over quota' using errcode = 'AT001'; end if;
  update counters c set used = c.used + g.amount
    from (select tenant, name, sum(amount) as amount
            from jsonb_to_recordset(guards -> 'count') as g(tenant text, name text, amount bigint)
            group by tenant, name) g
    where c.tenant = g.tenant and c.name = g.name;
end $$;

-- After a refusal or an unknown outcome: which units may not pass, and why. Reads only, under the lock. A unit
-- without a row may be sent again; unit -1 with 'committed' says that the whole batch is in the log.
create or replace function verdicts(
  p_batch uuid,
  p_seen bigint,                       -- a head position seen before the batch was first sent
  known_unit int[], known_no bigint[], known_version bigint[], known_position bigint[],
  new_unit int[], new_tenant text[], new_type text[], new_id text[],
  command_unit int[], command_ids uuid[],
  guards jsonb
) returns table (unit int, verdict text, first_position bigint, recorded_at timestamptz)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  counted record;
  named int[];
  fits boolean;
  added jsonb := '{}';                 -- by how much the units so far move each counter
  moved jsonb;
begin
  lock table log_lock in exclusive mode;
  return query select -1, 'committed'::text, b.first_position, b.recorded_at
    from log_batches b where b.last_position > p_seen and b.batch_id = p_batch;
  if found then return; end if;

  for unit, verdict, first_position in
    select distinct on (u) u, v, p from (
      select c.u, 'duplicate', l.first_position, 1
        from unnest(command_unit, command_ids) c(u, id) join command_log l on l.command_id = c.id
      union all
      select k.u, 'conflict', null, 2
        from unnest(known_unit, known_no, known_version, known_position) k(u, no, version, position)
        where not stream_unchanged(k.no, k.version, k.position)
      union all
      select k.u, 'conflict', null, 2
        from unnest(new_unit, new_tenant, new_type, new_id) k(u, tenant, type, id)
        join streams s on s.tenant = k.tenant and s.type = k.type and s.id = k.id
      union all
      select g.unit, 'conflict', null, 2
        from jsonb_to_recordset(guards -> 'unchanged') as g(unit int, stream_no bigint, version bigint, position bigint)
        where not stream_unchanged(g.stream_no, g.version, g.position)
      union all
      select g.unit, 'conflict', null, 2
        from jsonb_to_recordset(guards -> 'absent') as g(unit int, tenant text, type text, id text)
        join streams s on s.tenant = g.tenant and s.type = g.type and s.id = g.id
      union all
      select g.unit, 'taken', null, 3
        from jsonb_to_recordset(guards -> 'take') as g(unit int, kind text, key text)
        join reservations r on r.kind = g.kind and r.key = g.key
        where not exists (
          select from jsonb_to_recordset(guards -> 'release') as q(unit int, kind text, key text, owner text)
          where q.unit = g.unit and q.kind = r.kind and q.key = r.key and q.owner = r.owner)
      union all
      select g.unit, 'not_owner', null, 3
        from jsonb_to_recordset(guards -> 'release') as g(unit int, kind text, key text, owner text)
        left join reservations r on r.kind = g.kind and r.key = g.key and r.owner = g.owner
        where r.key is null
      union all
      select g.unit, 'fenced', null, 3
        from jsonb_to_recordset(guards -> 'fence') as g(unit int, claim text, attempt int, epoch bigint)
        left join work w on w.claim = g.claim and w.attempt = g.attempt and w.epoch = g.epoch and w.state = 'claimed'
        where w.claim is null
    ) z(u, v, p, o) order by u, o
  loop
    named := named || unit;
    return next;
  end loop;

  -- Counters are added up in the order of the batch, past the units named above. A unit moves all its counters or
  -- none, so one that is stopped leaves room for those behind it.
  first_position := null;
  for counted in
    select g.unit, array_agg(g.tenant || '/' || g.name) as keys, array_agg(g.amount) as amounts,
           array_agg(c.used) as used, array_agg(c.allowed) as allowed
      from (select unit, tenant, name, sum(amount)::bigint as amount
              from jsonb_to_recordset(guards -> 'count') as g(unit int, tenant text, name text, amount bigint)
              group by unit, tenant, name) g
      left join counters c on c.tenant = g.tenant and c.name = g.name
      where g.unit <> all(coalesce(named, '{}'))
      group by g.unit order by g.unit
  loop
    select bool_and(coalesce(m.used + m.moved between 0 and greatest(m.allowed, m.used + m.moved - m.amount), false)),
           added || jsonb_object_agg(m.key, m.moved)
      into fits, moved
      from (select k.key, k.used, k.allowed, k.amount, coalesce((added ->> k.key)::numeric, 0) + k.amount as moved
              from unnest(counted.keys, counted.amounts, counted.used, counted.allowed)
                k(key, amount, used, allowed)) m;
    if fits then
      added := moved;
    else
      unit := counted.unit;
      verdict := 'over_quota';
      return next;
    end if;
  end loop;
end $$;
