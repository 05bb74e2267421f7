//! `inkstone serve`.

use inkstone_storage::DatabaseUrl;
use secrecy::ExposeSecret as _;

use crate::{
    app::Application,
    config::Config,
    installation::{FirstOwner, Installation},
    output, secrets, telemetry,
};

pub(super) fn run(config: &Config) -> anyhow::Result<()> {
    telemetry::start(&config.log)?;
    let installation = Installation::open(config)?;
    let owner = installation.ensure_owner(config)?;
    let first = owner.is_some() || installation.made_key;
    // Told before anything else can fail: the password is shown this once.
    if first {
        tell_what_was_made(config, &installation, owner.as_ref())?;
    }
    if installation.key_has_changed()? {
        tracing::warn!(
            "the server's key is not the one that this database was served with before: visitors \
             are not recognised; servers on one database need the same server.key"
        );
    }
    let application = Application::build(config, installation)?;
    output::say(format_args!(
        "Inkstone {} answers at http://{}, data in {}",
        env!("CARGO_PKG_VERSION"),
        application.address(),
        config.data_dir.display(),
    ));
    if let Some(address) = application.metrics_address() {
        tracing::info!("metrics at http://{address}/metrics");
    }
    if first {
        output::print(NEXT);
    }
    Ok(application.run()?)
}

const NEXT: &str = "
Next:
  inkstone doctor               checks this installation and explains it
  inkstone user set-password    sets a password of your own
  inkstone token create NAME    makes a token for programs
";

fn tell_what_was_made(
    config: &Config,
    installation: &Installation,
    owner: Option<&FirstOwner>,
) -> anyhow::Result<()> {
    let directory = config.data_dir.display();
    let database: DatabaseUrl = config.database_url()?;
    output::say("First start. Created:");
    if installation.made_directory {
        output::say(format_args!("  directory  {directory}"));
    }
    if installation.made_key {
        let file = secrets::path(&config.data_dir);
        output::say(format_args!("  secrets    {} (back it up, show it nobody)", file.display()));
    }
    if !installation.migration.applied.is_empty() {
        output::say(format_args!("  database   {database}"));
    }
    let Some(FirstOwner { name, password }) = owner else { return Ok(()) };
    match password {
        Some(password) => output::say(format_args!(
            "  account    {name}, password {} (shown only now)",
            password.expose_secret()
        )),
        None => output::say(format_args!("  account    {name}, with the configured password")),
    }
    Ok(())
}
