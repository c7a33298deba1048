account.page(async (field) => {
  await account.verify(field("email"), field("code"));
  location.href = "signin.html?email=" + encodeURIComponent(field("email"));
});
document.getElementById("again").addEventListener("click", async () => {
  const message = document.getElementById("message");
  try {
    await account.resend(document.getElementById("email").value.trim());
    message.textContent = "A new code is on its way.";
  } catch (error) {
    message.textContent = error.message;
  }
});
