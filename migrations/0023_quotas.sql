-- Quotas that hold exactly. A counter begins with the first thing that is counted, and has no limit until one is set: so what
-- is used is known on the day on which somebody sets one.
alter table counters alter column used set default 0;
alter table counters alter column allowed drop not null;  -- null: as much as one likes
grant insert on counters to log_writer;

-- Whether a counter may stand at `used` after it moved by `amount`. One that is over its limit may only go down.
create function may_stand_at(used numeric, amount bigint, allowed bigint) returns boolean language sql immutable as $$
  select coalesce(used >= 0 and (amount <= 0 or allowed is null or used <= allowed), false)
$$;

-- Moves counters, unit by unit in the order of the batch, no step beyond what is allowed; then sets limits. The node keeps
-- a unit that counts out of the batch of an earlier one that sets the limit.
create function hold_counters(guards jsonb) returns void language plpgsql volatile as $$
begin
  perform from (
      select coalesce(c.used, 0) as used, c.allowed, g.amount,
             sum(g.amount) over (partition by g.tenant, g.name order by g.unit) as moved
        from jsonb_to_recordset(guards -> 'count') as g(unit int, tenant text, name text, amount bigint)
        left join counters c on c.tenant = g.tenant and c.name = g.name) g
    where not may_stand_at(g.used + g.moved, g.amount, g.allowed);
  if found then raise exception 'over quota' using errcode = 'AT001'; end if;

  insert into counters(tenant, name)
    select g.tenant, g.name from jsonb_to_recordset(guards -> 'count') as g(tenant text, name text)
    union
    select g.tenant, g.name from jsonb_to_recordset(guards -> 'limit') as g(tenant text, name text)
    on conflict do nothing;
  update counters c set used = c.used + g.amount
    from (select tenant, name, sum(amount) as amount
            from jsonb_to_recordset(guards -> 'count') as g(tenant text, name text, amount bigint)
            group by tenant, name) g
    where c.tenant = g.tenant and c.name = g.name;
  update counters c set allowed = g.allowed
    from jsonb_to_recordset(guards -> 'limit') as g(tenant text, name text, allowed bigint)
    where c.tenant = g.tenant and c.name = g.name;
end $$;

-- The units that counters stop, past those in `named`. They are added up in the order of the batch; a unit moves all its
-- counters or none, so one that is stopped leaves room for those behind it.
create function over_quota(guards jsonb, named int[]) returns table (unit int) language plpgsql stable as $$
#variable_conflict use_column
declare
  counted record;
  fits boolean;
  added jsonb := '{}';                 -- by how much the units so far move each counter
  moved jsonb;
begin
  for counted in
    select g.unit, array_agg(g.tenant || '/' || g.name) as keys, array_agg(g.amount) as amounts,
           array_agg(coalesce(c.used, 0)) as used, array_agg(c.allowed) as allowed
      from (select unit, tenant, name, sum(amount)::bigint as amount
              from jsonb_to_recordset(guards -> 'count') as g(unit int, tenant text, name text, amount bigint)
              group by unit, tenant, name) g
      left join counters c on c.tenant = g.tenant and c.name = g.name
      where g.unit <> all(named)
      group by g.unit order by g.unit
  loop
    select bool_and(may_stand_at(m.used + m.moved, m.amount, m.allowed)), added || jsonb_object_agg(m.key, m.moved)
      into fits, moved
      from (select k.key, k.used, k.allowed, k.amount, coalesce((added ->> k.key)::numeric, 0) + k.amount as moved
              from unnest(counted.keys, counted.amounts, counted.used, counted.allowed)
                k(key, amount, used, allowed)) m;
    if fits then
      added := moved;
    else
      unit := counted.unit;
      return next;
    end if;
  end loop;
end $$;

revoke execute on function may_stand_at, hold_counters, over_quota from public;
grant execute on function may_stand_at, hold_counters, over_quota to log_writer;

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

  if guards ?| array['count', 'limit'] then perform hold_counters(guards); end if;
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
  named int[];
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

  return query select o.unit, 'over_quota'::text, null::bigint, null::timestamptz
    from over_quota(guards, coalesce(named, '{}')) o;
end $$;

-- Counts the members of every tenant anew, by what the log says. For whoever owns the tables: here, when a log is imported that
-- was exported before there were counters of members, and when a check says that they are counted wrongly.
create function count_members() returns void language sql volatile as $$
  insert into counters(tenant, name, used)
    select tenant, 'members', count(*) filter (where event_type = 'membership.added')
      from (select distinct on (stream_no) tenant, event_type from events
              where event_type in ('membership.added', 'membership.removed')
              order by stream_no, seq desc) last
      group by tenant
    on conflict (tenant, name) do update set used = excluded.used;
$$;
revoke execute on function count_members from public;

-- Nobody joins between the counting and the first join that is counted.
lock table log_lock in exclusive mode;
alter table events no force row level security;
alter table counters no force row level security;
select count_members();
alter table counters force row level security;
alter table events force row level security;
