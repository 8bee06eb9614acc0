"""The portal's own actions, one file each; `scaffolder.registry` finds them."""
