#!/bin/sh
# Run once, by the image of PostgreSQL, when the data folder is empty: the owner of the database and a role for each part. None is a superuser.
set -eu
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'END'
\getenv owner POSTGRES_PASSWORD_OWNER
\getenv public POSTGRES_PASSWORD_PUBLIC
\getenv staff POSTGRES_PASSWORD_STAFF
\getenv worker POSTGRES_PASSWORD_WORKER
\getenv sealed POSTGRES_PASSWORD_SEALED
\getenv outside POSTGRES_PASSWORD_OUTSIDE
\getenv beat POSTGRES_PASSWORD_BEAT
CREATE ROLE clicksafely LOGIN PASSWORD :'owner';
CREATE ROLE clicksafely_public LOGIN PASSWORD :'public';
CREATE ROLE clicksafely_staff LOGIN PASSWORD :'staff';
CREATE ROLE clicksafely_worker LOGIN PASSWORD :'worker';
CREATE ROLE clicksafely_sealed LOGIN PASSWORD :'sealed';
CREATE ROLE clicksafely_outside LOGIN PASSWORD :'outside';
CREATE ROLE clicksafely_beat LOGIN PASSWORD :'beat';
ALTER DATABASE clicksafely OWNER TO clicksafely;
END
