"""What Seseragi does, without a page: usable from a notebook, never importing streamlit."""
