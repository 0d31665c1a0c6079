"""What the browser shows. With app.py the only importer of streamlit; gets services as arguments."""
