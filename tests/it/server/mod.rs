mod alarms;
mod check;
mod commands;
mod creds;
mod dev;
mod health;
mod private_servers;
mod split;
