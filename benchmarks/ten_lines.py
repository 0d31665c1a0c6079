"""The documented ten-line script that Seseragi is measured against: the stream straight into `st.write_stream`."""

import os

import streamlit as st
from openai import AzureOpenAI

client = AzureOpenAI(api_version="2024-10-21")
question = st.chat_input("Ask something")
if question:
    st.chat_message("user").write(question)
    stream = client.chat.completions.create(
        model=os.environ["BENCH_DEPLOYMENT"], messages=[{"role": "user", "content": question}], stream=True
    )
    st.chat_message("assistant").write_stream(stream)
