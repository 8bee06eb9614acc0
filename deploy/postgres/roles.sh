#!/bin/sh
# Runs once, when the database is new: a role for the portal that can change rows but no tables, so that a hole in a
# page is not a hole in the schema. Migrations run as the owner.
set -eu

psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --set=app_password="$POSTGRES_APP_PASSWORD" --set=owner="$POSTGRES_USER" --set=database="$POSTGRES_DB" <<'SQL'
CREATE ROLE waymark_app LOGIN PASSWORD :'app_password';
GRANT CONNECT ON DATABASE :"database" TO waymark_app;
GRANT USAGE ON SCHEMA public TO waymark_app;
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO waymark_app;
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO waymark_app;
SQL
