mod alarms;
mod check;
mod commands;
mod database_away;
mod dev;
mod health;
mod private_servers;
mod split;
