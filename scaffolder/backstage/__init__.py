"""Backstage's scaffolder API, `/api/scaffolder/v2`: templates, actions, tasks, their events, and dry runs."""
